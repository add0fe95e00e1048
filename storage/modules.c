/*
 * Storing looks up first and inserts second, both under the write lock: of threads that bring the
 * same bytes, the first stores them and the others find them, and nobody copies 64 MiB into the log
 * to learn of a duplicate. What is already there keeps its metadata and its time.
 */
#include "config.h"

#include "storage/blobs.h"
#include "storage/db.h"
#include "storage/images.h"
#include "storage/lookup.h"
#include "storage/module_row.h"
#include "storage/storage_error.h"
#include "storage/versions.h"

#include <string.h>

static enum storage_status insert(struct connection *connection,
                                  const struct storage_module_new *module, int64_t *key,
                                  struct storage_error *error)
{
    enum storage_status status;
    struct query query;

    status = connection_check_room(connection, module->len + module->metadata_len, error);
    if (status != STORAGE_OK)
        return status;
    query_init(&query, connection, STATEMENT_module_insert, error);
    query_bind_id(&query, 1, &module->id);
    query_bind_int(&query, 2, (int64_t)module->len);
    query_bind_int(&query, 3, module->created_ms);
    query_bind_int(&query, 4, module->name ? 0 : 1);
    query_bind_blob(&query, 5, module->metadata, module->metadata_len);
    status = query_run(&query);
    if (status != STORAGE_OK)
        return status;
    *key = sqlite3_last_insert_rowid(connection->db);
    query_init(&query, connection, STATEMENT_module_bytes_insert, error);
    query_bind_int(&query, 1, *key);
    query_bind_blob(&query, 2, module->data, module->len);
    return query_run(&query);
}

static enum storage_status set_standalone(struct connection *connection, int64_t key,
                                          struct storage_error *error)
{
    struct query query;

    query_init(&query, connection, STATEMENT_module_set_standalone, error);
    query_bind_int(&query, 1, key);
    return query_run(&query);
}

/* Has its owner room for one more module? */
static enum storage_status owner_check(struct connection *connection,
                                       const struct storage_module_new *module,
                                       struct storage_error *error)
{
    uint64_t modules = 0, bytes = 0;
    enum storage_status status;
    struct query query;

    if (!module->owner || (!module->owner_max_modules && !module->owner_max_bytes))
        return STORAGE_OK;
    query_init(&query, connection, STATEMENT_owner_count, error);
    query_bind_int(&query, 1, (int64_t)module->owner);
    while (query_row(&query)) {
        modules = (uint64_t)query_int(&query, 0);
        bytes = (uint64_t)query_int(&query, 1);
    }
    status = query_fini(&query);
    if (status != STORAGE_OK)
        return status;
    if (module->owner_max_modules && modules >= module->owner_max_modules)
        return storage_fail(error, STORAGE_QUOTA, "the key has stored %llu modules, its quota",
                            (unsigned long long)modules);
    if (module->owner_max_bytes && bytes + module->len > module->owner_max_bytes)
        return storage_fail(
            error, STORAGE_QUOTA, "the key's modules would take %llu bytes, its quota is %llu",
            (unsigned long long)(bytes + module->len), (unsigned long long)module->owner_max_bytes);
    return STORAGE_OK;
}

/* A key that was deleted meanwhile owns nothing. */
static enum storage_status owner_set(struct connection *connection,
                                     const struct storage_module_new *module, int64_t key,
                                     struct storage_error *error)
{
    struct query query;

    if (!module->owner)
        return STORAGE_OK;
    query_init(&query, connection, STATEMENT_owner_insert, error);
    query_bind_int(&query, 1, key);
    query_bind_int(&query, 2, (int64_t)module->owner);
    query_bind_int(&query, 3, (int64_t)module->len);
    return query_run(&query);
}

/* The module's row: made, found, or found and marked as stored on its own from now on. */
static enum storage_status add_module(struct connection *connection,
                                      const struct storage_module_new *module, int64_t *key,
                                      bool *created, enum db_change *change,
                                      struct storage_error *error)
{
    enum storage_status status;
    struct lookup found;

    status = lookup_id(connection, &module->id, &found, error);
    if (status != STORAGE_OK)
        return status;
    *key = found.module;
    if (!found.module) {
        *created = true;
        *change = DB_CHANGE_MODULES;
        status = owner_check(connection, module, error);
        if (status == STORAGE_OK)
            status = insert(connection, module, key, error);
        return status == STORAGE_OK ? owner_set(connection, module, *key, error) : status;
    }
    if (found.size != (int64_t)module->len)
        return storage_fail(error, STORAGE_BAD_ARGUMENT,
                            "%zu bytes come with the id of a stored module of %lld bytes",
                            module->len, (long long)found.size);
    if (found.standalone || module->name)
        return STORAGE_OK;
    *change = DB_CHANGE_QUIET;
    return set_standalone(connection, found.module, error);
}

static enum storage_status put(struct connection *connection,
                               const struct storage_module_new *module,
                               struct storage_put_result *result, enum db_change *change,
                               struct storage_error *error)
{
    enum storage_status status;
    int64_t key;

    status = add_module(connection, module, &key, &result->module_created, change, error);
    if (status == STORAGE_OK && module->name)
        status = version_add(connection, module->name, key, module->created_ms, module->match,
                             result, error);
    if (result->version_created)
        *change = DB_CHANGE_MODULES;
    if (status != STORAGE_OK || !module->image)
        return status;
    if (*change == DB_CHANGE_NOTHING)
        *change = DB_CHANGE_QUIET;
    return image_add(connection, key, module->image, error);
}

static enum storage_status check_new(const struct storage_module_new *module,
                                     struct storage_error *error)
{
    enum storage_status status = STORAGE_OK;

    if (module->name)
        status = storage_name_check(module->name, error);
    else if (module->match && module->match->kind != STORAGE_MATCH_ALWAYS)
        status = storage_fail(error, STORAGE_BAD_ARGUMENT, "a condition needs a name");
    if (status == STORAGE_OK && module->image)
        status = image_check(module->image, error);
    return status;
}

enum storage_status storage_module_put(struct storage *storage,
                                       const struct storage_module_new *module,
                                       struct storage_put_result *result,
                                       struct storage_error *error)
{
    enum db_change change = DB_CHANGE_NOTHING;
    struct storage_put_result done = {0};
    struct connection *connection;
    enum storage_status status;

    if (result)
        *result = done;
    status = check_new(module, error);
    if (status == STORAGE_OK)
        status = db_write_begin(storage, &connection, error);
    if (status != STORAGE_OK)
        return status;
    status = put(connection, module, &done, &change, error);
    status = db_write_end(storage, connection, status, change, error);
    if (status == STORAGE_OK && result)
        *result = done;
    return status;
}

enum storage_status storage_module_describe(struct storage *storage, const struct storage_id *id,
                                            const void *metadata, size_t metadata_len,
                                            struct storage_error *error)
{
    struct connection *connection;
    enum storage_status status;
    struct query query;

    status = db_write_begin(storage, &connection, error);
    if (status != STORAGE_OK)
        return status;
    query_init(&query, connection, STATEMENT_module_set_metadata, error);
    query_bind_id(&query, 1, id);
    query_bind_blob(&query, 2, metadata, metadata_len);
    status = query_run(&query);
    if (status == STORAGE_OK && sqlite3_changes64(connection->db) == 0)
        status = lookup_no_module(id, error);
    return db_write_end(storage, connection, status, DB_CHANGE_MODULES, error);
}

static enum storage_status get(struct connection *connection, const struct storage_ref *ref,
                               struct storage_module *own, struct storage_error *error)
{
    enum storage_status status, ended;
    struct lookup found;
    struct query query;
    int64_t key;

    status = lookup_ref(connection, ref, &found, error);
    if (status != STORAGE_OK)
        return status;
    query_init(&query, connection, STATEMENT_module_get, error);
    query_bind_int(&query, 1, found.module);
    if (query_row(&query))
        status = module_row_read(&query, own, &key);
    ended = query_fini(&query);
    if (status == STORAGE_OK)
        status = ended;
    if (status == STORAGE_OK)
        own->version = (uint64_t)found.version;
    return status;
}

enum storage_status storage_module_get(struct storage *storage, const struct storage_ref *ref,
                                       struct storage_module *own, struct storage_error *error)
{
    struct connection *connection;
    enum storage_status status;

    memset(own, 0, sizeof *own);
    status = db_read_begin(storage, &connection, error);
    if (status != STORAGE_OK)
        return status;
    status = get(connection, ref, own, error);
    db_read_end(storage, connection);
    return status;
}

enum storage_status storage_module_bytes(struct storage *storage, const struct storage_id *id,
                                         struct storage_blob *own, struct storage_error *error)
{
    struct connection *connection;
    enum storage_status status;
    struct lookup found;

    *own = (struct storage_blob){0};
    status = db_read_begin(storage, &connection, error);
    if (status != STORAGE_OK)
        return status;
    status = lookup_id(connection, id, &found, error);
    if (status == STORAGE_OK && !found.module)
        status = lookup_no_module(id, error);
    if (status == STORAGE_OK)
        status = blob_read(connection, "module_bytes", found.module, found.size, own, error);
    db_read_end(storage, connection);
    return status;
}
