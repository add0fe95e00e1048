/*
 * storage.h - what the daemon keeps: modules, names with versions, precompiled images.
 *
 * A module is a blob with an id (the SHA-256 of its bytes, computed by the caller) and metadata, a
 * second blob (in practice JSON) that storage hands back as it came. Modules are stored once per
 * id. A name points to a module, and each time it is pointed elsewhere a new version is made:
 * name@1, name@2, ...; the highest version still there is what the bare name means. Version numbers
 * of a name are never used twice, not even when the name was deleted and made again. An image is a
 * cache entry of a module, found by an opaque key.
 *
 * Contract. When a call that writes returns STORAGE_OK, its effect survives kill -9 and power loss;
 * when it returns anything else, nothing of it is visible, then or later. (One exception, inherent
 * in any database: an IO error while committing leaves open, until the next open, whether the whole
 * of it took place.) Readers see a write entirely or not at all. After an error the handle stays
 * usable.
 *
 * Threads. Every function may be called by any number of threads at once on one struct storage,
 * except that storage_close() must be the last call. Reads run side by side and beside one writer;
 * writers queue up.
 *
 * Errors. Functions return an enum storage_status and, when it is not STORAGE_OK, fill `error`,
 * which the caller provides (NULL: not wanted), with a sentence that says what failed and why, and
 * names the file.
 *
 * Ownership. Arguments are borrowed for the call. A parameter marked `own` is filled with memory
 * that the caller gives back with the matching _fini; on failure it is set to empty, for which
 * _fini is allowed and does nothing.
 *
 * Units. Sizes are bytes, times are milliseconds since 1970-01-01 UTC, versions count from 1.
 */
#ifndef CUPEL_STORAGE_STORAGE_H
#define CUPEL_STORAGE_STORAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum storage_status {
#define STORAGE_STATUS(name, meaning) STORAGE_##name,
#include "storage/storage_errors.def"
#undef STORAGE_STATUS
};

#define STORAGE_CHECKED         __attribute__((warn_unused_result))
#define STORAGE_ERROR_TEXT_SIZE 256

struct storage_error {
    enum storage_status status;
    char text[STORAGE_ERROR_TEXT_SIZE];
};

/* "NOT_FOUND", and the row's meaning in storage_errors.def. Static strings. */
const char *storage_status_name(enum storage_status status);
const char *storage_status_meaning(enum storage_status status);

/* ---- ids and references ---------------------------------------------------------------------- */

#define STORAGE_ID_SIZE      32
#define STORAGE_ID_TEXT_SIZE (7 + 2 * STORAGE_ID_SIZE + 1) /* "sha256:" + hex + NUL */
#define STORAGE_NAME_MAX     128

struct storage_id {
    uint8_t bytes[STORAGE_ID_SIZE];
};

enum storage_ref_kind {
    STORAGE_REF_ID,     /* sha256:<64 hex>, or the bare hex */
    STORAGE_REF_NAME,   /* name */
    STORAGE_REF_VERSION /* name@version */
};

struct storage_ref {
    enum storage_ref_kind kind;
    struct storage_id id;            /* STORAGE_REF_ID */
    char name[STORAGE_NAME_MAX + 1]; /* STORAGE_REF_NAME, STORAGE_REF_VERSION */
    uint64_t version;                /* STORAGE_REF_VERSION */
};

/* Writes "sha256:<64 lower-case hex>"; text + 7 is the bare hex. */
void storage_id_format(const struct storage_id *id, char text[STORAGE_ID_TEXT_SIZE]);

struct storage_ref storage_ref_to_id(const struct storage_id *id);

/*
 * Reads a {ref} as HTTP-API.md defines it: an id with or without "sha256:", a name, or
 * name@version. BAD_ARGUMENT says what is wrong with it. Needs no database.
 */
STORAGE_CHECKED enum storage_status storage_ref_parse(const char *text, struct storage_ref *ref,
                                                      struct storage_error *error);

/*
 * Is this a name: [a-z0-9][a-z0-9._-]{0,127}? 64 hex digits are none, because they would read as an
 * id. Needs no database.
 */
STORAGE_CHECKED enum storage_status storage_name_check(const char *name,
                                                       struct storage_error *error);

/* ---- open and close -------------------------------------------------------------------------- */

struct storage;

struct storage_options {
    uint32_t busy_timeout_ms; /* how long to wait for a lock; 0: the default, 5000 */
    uint32_t readers;         /* reads at the same time, 1 to 64; 0: the default, 4 */
    uint64_t max_bytes;       /* the database may not grow beyond; 0: no limit but the disk's */
    uint64_t min_free_bytes;  /* disk space that storing leaves for deleting; 0: 16 MiB */
    bool read_only;           /* open what is there; every write gives READONLY */
};

/*
 * Opens the database at `path`, making and migrating it as needed. `options` may be NULL.
 * FOREIGN and NEWER: the file belongs to another program or to a newer Cupel; it is left as it is.
 * READONLY: the file or its folder cannot be written to, and read_only was not asked for.
 * `path` is always a file's path, never a URI or ":memory:".
 */
STORAGE_CHECKED enum storage_status storage_open(const char *path,
                                                 const struct storage_options *options,
                                                 struct storage **own, struct storage_error *error);

/* Waits for nothing: no other call may be under way. NULL is allowed. */
void storage_close(struct storage *storage);

/*
 * Copies the database at `path`, which other threads and processes may be using, to a file of its own
 * at `copy`: one state of it, checked, synced and complete in that file, which only its owner can
 * read. EXISTS: `copy` is there, and `replace` is false. FOREIGN, NEWER, CORRUPT: it is not copied.
 * `copy` is either made whole or left as it was.
 */
STORAGE_CHECKED enum storage_status storage_backup(const char *path, const char *copy, bool replace,
                                                   struct storage_error *error);

/* Is the database there and readable? For readiness. IO when the file was removed under us. */
STORAGE_CHECKED enum storage_status storage_ping(struct storage *storage,
                                                 struct storage_error *error);

struct storage_counts {
    uint64_t modules;
    uint64_t module_bytes;
    uint64_t names; /* names that point somewhere */
    uint64_t versions;
    uint64_t images;
    uint64_t image_bytes;
};

STORAGE_CHECKED enum storage_status storage_count(struct storage *storage,
                                                  struct storage_counts *counts,
                                                  struct storage_error *error);

/*
 * A number that grows with each write of this process that changes modules, names or versions,
 * before that write returns. Read it, then resolve; the answer holds for as long as the number
 * stays the same. Costs one atomic load.
 */
uint64_t storage_generation(const struct storage *storage);

/* ---- blobs ----------------------------------------------------------------------------------- */

struct storage_blob {
    void *data; /* malloc'ed; never NULL after success, not even when len is 0 */
    size_t len;
};

void storage_blob_fini(struct storage_blob *blob);

/* ---- conditions ------------------------------------------------------------------------------ */

enum storage_match_kind {
    STORAGE_MATCH_ALWAYS,
    STORAGE_MATCH_EXISTS, /* If-Match: *           there is something to replace or delete */
    STORAGE_MATCH_ABSENT, /* If-None-Match: *      there is nothing yet */
    STORAGE_MATCH_IDS     /* If-Match: "id", ...   it is one of `ids` now */
};

/* A condition on what a reference leads to now. Not met: CONFLICT, and nothing is changed. */
struct storage_match {
    enum storage_match_kind kind;
    const struct storage_id *ids;
    size_t id_count;
};

/* ---- storing --------------------------------------------------------------------------------- */

struct storage_image {
    const void *key; /* engine build and configuration; 1 to 512 bytes, compared bytewise */
    size_t key_len;
    const void *data;
    size_t len;
};

/* A module to store. Zero-initialise; what is optional may stay so. */
struct storage_module_new {
    struct storage_id id;
    const void *data;
    size_t len;
    const void *metadata;
    size_t metadata_len;
    int64_t created_ms;                /* of the module and of the version, if they are new */
    const char *name;                  /* optional: point this name to it */
    const struct storage_match *match; /* optional: condition on `name` */
    const struct storage_image *image; /* optional: store this image along with it */
    uint64_t owner;                    /* optional: the number of the key that stores it */
    uint64_t owner_max_modules; /* of those that this key was the first to store; 0: no limit */
    uint64_t owner_max_bytes;   /* of these together; 0: no limit */
};

struct storage_put_result {
    bool module_created;  /* false: it was there; its metadata and time stay as they were */
    bool version_created; /* false: the name already pointed to it, or there is no name */
    bool name_created;    /* the name pointed nowhere before */
    uint64_t version;     /* of the name; 0 without a name */
};

/*
 * Stores a module, and if wanted its name and its image, in one transaction: all or nothing, one
 * sync. Threads that store the same module at once get the same: one is told module_created.
 * CONFLICT: the condition is not met. BAD_ARGUMENT: not a name, or larger than about 1 GB. QUOTA: it
 * is new, and would be beyond the owner's. `result` may be NULL.
 */
STORAGE_CHECKED enum storage_status storage_module_put(struct storage *storage,
                                                       const struct storage_module_new *module,
                                                       struct storage_put_result *result,
                                                       struct storage_error *error);

/* Points `name` to a stored module. NOT_FOUND: no such module. `match` and `result` may be NULL. */
STORAGE_CHECKED enum storage_status storage_name_put(struct storage *storage, const char *name,
                                                     const struct storage_id *id,
                                                     int64_t created_ms,
                                                     const struct storage_match *match,
                                                     struct storage_put_result *result,
                                                     struct storage_error *error);

/* Replaces a module's metadata, for a daemon that has learnt to say more about it. */
STORAGE_CHECKED enum storage_status storage_module_describe(struct storage *storage,
                                                            const struct storage_id *id,
                                                            const void *metadata,
                                                            size_t metadata_len,
                                                            struct storage_error *error);

/* ---- finding --------------------------------------------------------------------------------- */

struct storage_target {
    struct storage_id id;
    uint64_t version; /* the version found; 0 when the reference is an id */
};

/* What a reference leads to. NOT_FOUND says which part of it is not there. */
STORAGE_CHECKED enum storage_status storage_resolve(struct storage *storage,
                                                    const struct storage_ref *ref,
                                                    struct storage_target *target,
                                                    struct storage_error *error);

struct storage_name {
    char name[STORAGE_NAME_MAX + 1];
    uint64_t version;
    bool current; /* the bare name means this version */
    int64_t created_ms;
};

struct storage_module {
    struct storage_id id;
    uint64_t len;
    int64_t created_ms;
    uint64_t version;     /* by the reference asked for; 0 when that is an id, and in lists */
    uint64_t image_bytes; /* of all its images */
    struct storage_blob metadata;
    struct storage_name *names; /* every version that points to it, by name and version */
    size_t name_count;
};

/* Everything about a module but its bytes. */
STORAGE_CHECKED enum storage_status storage_module_get(struct storage *storage,
                                                       const struct storage_ref *ref,
                                                       struct storage_module *own,
                                                       struct storage_error *error);
void storage_module_fini(struct storage_module *module);

/* A module's bytes, as they were stored. */
STORAGE_CHECKED enum storage_status storage_module_bytes(struct storage *storage,
                                                         const struct storage_id *id,
                                                         struct storage_blob *own,
                                                         struct storage_error *error);

#define STORAGE_PAGE_MAX    1000
#define STORAGE_CURSOR_SIZE 24

struct storage_page {
    struct storage_module *modules;
    size_t count;
    char next[STORAGE_CURSOR_SIZE]; /* cursor of the page after this one; "" on the last page */
};

/*
 * A page of modules in the order in which they were stored. `limit` is 1 to STORAGE_PAGE_MAX; a
 * page ends earlier when its metadata and names pass 16 MiB. `cursor` is NULL or "" for the first
 * page, then the page's `next`; a text that never was a cursor is BAD_ARGUMENT. Following `next`
 * gives every module that is there from the first page to the last exactly once; one stored in
 * between comes last, one deleted in between may be missing.
 */
STORAGE_CHECKED enum storage_status storage_module_list(struct storage *storage, size_t limit,
                                                        const char *cursor,
                                                        struct storage_page *own,
                                                        struct storage_error *error);
void storage_page_fini(struct storage_page *page);

/* ---- deleting -------------------------------------------------------------------------------- */

/* Ids of the modules that a deletion removed altogether, so that caches can drop them. */
struct storage_removed {
    struct storage_id *ids;
    size_t count;
};

/*
 * Deletes what a reference says:
 *   id            the module, and every version of every name that points to it
 *   name          the name with all its versions
 *   name@version  that version alone
 * A name whose newest version goes falls back to the newest one left; one without versions is gone.
 * A module that was only ever stored together with a name is removed with the last version that
 * points to it; one that was also stored on its own stays until it is deleted by id. Images go with
 * their module. `match` (condition on what the reference leads to) and `own` may be NULL.
 */
STORAGE_CHECKED enum storage_status storage_delete(struct storage *storage,
                                                   const struct storage_ref *ref,
                                                   const struct storage_match *match,
                                                   struct storage_removed *own,
                                                   struct storage_error *error);
void storage_removed_fini(struct storage_removed *removed);

/* ---- keys ------------------------------------------------------------------------------------
 * Storage knows who a key is and what its terms (a blob) are, not what they mean. */

#define STORAGE_KEY_ID_SIZE 33 /* 1 to 32 bytes, and NUL */

struct storage_key {
    uint64_t number; /* from 1; never given twice */
    char id[STORAGE_KEY_ID_SIZE];
    struct storage_id hash; /* of the secret */
    int64_t created_ms;
    int64_t day; /* to which `fuel` belongs, counted from 1970-01-01 UTC */
    uint64_t fuel;
    struct storage_blob terms;
};

struct storage_keys {
    struct storage_key *keys;
    size_t count;
};

/* Stores a key: id, hash, created_ms and terms; fills `number`. CONFLICT: there is such a key. */
STORAGE_CHECKED enum storage_status storage_key_add(struct storage *storage,
                                                    struct storage_key *key,
                                                    struct storage_error *error);
/* Deletes a key; the modules that it stored stay, and are nobody's. NOT_FOUND: there is none. */
STORAGE_CHECKED enum storage_status storage_key_delete(struct storage *storage, const char *id,
                                                       struct storage_error *error);
/* All keys, by number. */
STORAGE_CHECKED enum storage_status storage_key_list(struct storage *storage,
                                                     struct storage_keys *own,
                                                     struct storage_error *error);
void storage_keys_fini(struct storage_keys *keys);
/* What a key has used on a day. A key that is gone is no error. */
STORAGE_CHECKED enum storage_status storage_key_used(struct storage *storage, uint64_t number,
                                                     int64_t day, uint64_t fuel,
                                                     struct storage_error *error);
/* Grows with each key that is added or deleted, by other processes too. */
STORAGE_CHECKED enum storage_status storage_key_changes(struct storage *storage, uint64_t *changes,
                                                        struct storage_error *error);

/* ---- images ---------------------------------------------------------------------------------- */

/* Stores an image, replacing the one under the same key. NOT_FOUND: the module is not stored. */
STORAGE_CHECKED enum storage_status storage_image_put(struct storage *storage,
                                                      const struct storage_id *id,
                                                      const struct storage_image *image,
                                                      struct storage_error *error);

STORAGE_CHECKED enum storage_status storage_image_get(struct storage *storage,
                                                      const struct storage_id *id, const void *key,
                                                      size_t key_len, struct storage_blob *own,
                                                      struct storage_error *error);

/* Deletes one image; one that is not there is no error. */
STORAGE_CHECKED enum storage_status storage_image_delete(struct storage *storage,
                                                         const struct storage_id *id,
                                                         const void *key, size_t key_len,
                                                         struct storage_error *error);

/*
 * Deletes the images of every other key, a few at a time so that other writers get their turn.
 * `purged` (NULL allowed) counts those deleted, also when a later one failed.
 */
STORAGE_CHECKED enum storage_status storage_image_purge(struct storage *storage,
                                                        const void *keep_key, size_t keep_key_len,
                                                        uint64_t *purged,
                                                        struct storage_error *error);

#endif
