/*
 * service.h - what Cupel does, free of HTTP: keep modules, find them, run them.
 *
 * One service per daemon. It joins one engine and one storage; REST and JSON-RPC are two ways to
 * ask it. Any number of threads, except that service_delete() must be the last call.
 * Functions return API_OK or fill `error` (never NULL) and return its code.
 */
#ifndef CUPEL_API_SERVICE_H
#define CUPEL_API_SERVICE_H

#include "api/account.h"
#include "api/api_error.h"
#include "api/call_limits.h"
#include "api/digest.h"
#include "api/key_ring.h"
#include "api/metrics.h"
#include "api/module_cache.h"
#include "api/strbuf.h"
#include "engine/cupel.h"
#include "storage/storage.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct service_settings {
    cupel_enforced_limits_t enforced; /* what a module may contain; module_bytes bounds uploads */
    struct call_limits standard;      /* what a call may use when it asks for nothing */
    struct call_limits maximum;       /* what it may ask for */
    uint64_t cache_bytes;             /* modules kept ready */
    uint64_t lazy_image_bytes;        /* images of at least this size are read as they are used */
    uint32_t max_concurrent_calls;    /* running and waiting; beyond: API_BUSY */
    uint32_t max_calls_per_key;       /* of those without a key, too; beyond: API_BUSY_KEY */
    uint64_t max_call_memory;         /* of all calls together; beyond: API_BUSY */
    uint32_t busy_retry_ms;           /* what a busy answer advises */
    uint64_t slice_fuel;              /* of a call's first slice; how often it looks at the clock */
    uint64_t slice_us; /* how long a batch may take before it makes room for others */
    bool guard_pages;
    bool native;         /* machine code, */
    size_t native_bytes; /* at most so much of it */
};

/* Settings that suit tests and small machines. */
void service_settings_init(struct service_settings *settings);

struct service;

/* `storage` is borrowed and must outlive the service. NULL: `error` says why. */
struct service *service_new(const struct service_settings *settings, struct storage *storage,
                            struct api_error *error);
void service_delete(struct service *service);

/* Those of now; valid until service_delete(). */
const struct service_settings *service_get_settings(const struct service *service);
/* Changes the limits of calls that begin from now on. False when memory is exhausted. One thread. */
bool service_set_limits(struct service *service, const struct call_limits *standard,
                        const struct call_limits *maximum);

/* Ends every call that runs, and every later one, as API_CANCELLED. Cannot be taken back. */
void service_cancel_calls(struct service *service);

/* Is storage there? */
enum api_code service_ping(struct service *service, struct api_error *error);

/* Removes the images of other engine builds; how many there were. */
enum api_code service_purge_images(struct service *service, uint64_t *purged,
                                   struct api_error *error);

/* ---- modules --------------------------------------------------------------------------------- */

/* HTTP's preconditions; `list` is a header's value, borrowed. */
struct service_precondition {
    const char *if_match;      /* NULL: none */
    const char *if_none_match; /* NULL: none */
};

/* A module's metadata, ready to be sent. */
struct service_module {
    struct storage_id id;
    struct strbuf json;
    char etag[DIGEST_ETAG_SIZE];
};

void service_module_fini(struct service_module *module);

/*
 * Stores a module, on the account's quota, and with `name` points the name to it. Durable when this
 * returns API_OK.
 * `created`: the module, or a version of the name, was not there before.
 */
enum api_code service_upload(struct service *service, const void *wasm, size_t len,
                             const char *name, const struct service_precondition *precondition,
                             const struct account *account, struct service_module *own,
                             bool *created, struct api_error *error);

/* `ref` is any form of HTTP-API.md's {ref}. */
enum api_code service_get(struct service *service, const char *ref, struct service_module *own,
                          struct api_error *error);
enum api_code service_bytes(struct service *service, const char *ref, struct storage_id *id,
                            struct storage_blob *own, struct api_error *error);
enum api_code service_remove(struct service *service, const char *ref,
                             const struct service_precondition *precondition,
                             struct api_error *error);
/* Writes an object {"modules": [...], "next": cursor or null}; `next` holds the cursor or "". */
enum api_code service_list(struct service *service, size_t limit, const char *cursor,
                           struct json_out *out, char next[STORAGE_CURSOR_SIZE],
                           struct api_error *error);
/* Writes an object about this daemon: version, limits, counts. */
enum api_code service_info(struct service *service, struct json_out *out, struct api_error *error);

/* Appends what /metrics says of this service. */
enum api_code service_write_metrics(struct service *service, struct strbuf *out,
                                    struct api_error *error);

/* ---- for calls (api/export_call.c) ---------------------------------------------------------- */

cupel_engine_t *service_engine(const struct service *service);
/* The module again, after CUPEL_ERROR_IMAGE: not from the image that is stored. */
enum api_code service_renew_module(struct service *service, const struct storage_id *id,
                                   cupel_module_t **own, struct api_error *error);
/* The module of a reference, ready to run, and its id; `own` is a reference of the caller's. */
enum api_code service_ready_module(struct service *service, const char *ref, struct storage_id *id,
                                   cupel_module_t **own, struct api_error *error);
/* Those who have no key. */
struct account *service_anonymous(struct service *service);
struct key_ring *service_keys(const struct service *service);
/* A place among the calls that run and wait; API_BUSY, API_BUSY_KEY or API_QUOTA if there is none. */
enum api_code service_enter_call(struct service *service, struct account *account,
                                 struct api_error *error);
void service_leave_call(struct service *service, struct account *account);
/* What is counted here. */
struct metrics *service_metrics(struct service *service);
/* Memory for the memories of a call; false if there is not so much. */
bool service_take_memory(struct service *service, uint64_t bytes);
void service_return_memory(struct service *service, uint64_t bytes);
bool service_is_cancelled(const struct service *service);

#endif
