/*
 * api_error.h - what went wrong with a request, filled where it happens, and said twice: as a
 * problem of RFC 9457 (REST) and as an error of JSON-RPC 2.0. The table is api_errors.def.
 */
#ifndef CUPEL_API_API_ERROR_H
#define CUPEL_API_API_ERROR_H

#include "api/json_out.h"
#include "api/strbuf.h"
#include "engine/cupel.h"
#include "storage/storage.h"

#include <stdbool.h>
#include <stdint.h>

enum api_code {
    API_OK,
#define API_ERROR(name, status, rpc_code, kind, title) API_##name,
#include "api/api_errors.def"
#undef API_ERROR
    API_CODES
};

/* Sets of them, as the tables of routes and methods have them. */
#define API_ERROR_BIT(name) (UINT64_C(1) << API_##name)
_Static_assert(API_CODES <= 64, "a set of codes fits into 64 bits");

#define API_PROBLEM_PREFIX "urn:cupel:problem:"

struct api_error {
    enum api_code code;
    struct strbuf detail;  /* a sentence for people */
    struct strbuf members; /* more members as JSON: `"offset":8,"limit":"functions"` */
    uint64_t fuel_used;    /* said if of_call */
    bool of_call;
    unsigned retry_after_ms; /* 0: nothing to say */
};

void api_error_init(struct api_error *error);
void api_error_fini(struct api_error *error);
/* Forgets what was set, for the next use. */
void api_error_reset(struct api_error *error);

/* Sets code and detail, and returns the code. Earlier detail and members are dropped. */
enum api_code api_error_set(struct api_error *error, enum api_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Adds a text member. */
void api_error_member(struct api_error *error, const char *key, const char *text, size_t len);
void api_error_member_u64(struct api_error *error, const char *key, uint64_t value);

/* What the engine refused while reading a module; consumes `own`. */
enum api_code api_error_from_module(struct api_error *error, cupel_error_t *own);
/* What storage said; `status` is not STORAGE_OK. */
enum api_code api_error_from_storage(struct api_error *error, const struct storage_error *from);

/* The columns of a code's row. */
unsigned api_error_status(enum api_code code);
int api_error_rpc_code(enum api_code code);
const char *api_error_kind(enum api_code code);
const char *api_error_title(enum api_code code);

/* The problem as application/problem+json. `instance` says which occurrence this is. */
void api_error_problem(const struct api_error *error, const char *instance, struct json_out *out);
/* The value of a JSON-RPC response's "error". */
void api_error_rpc(const struct api_error *error, struct json_out *out);

#endif
