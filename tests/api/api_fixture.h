/*
 * api_fixture.h - what the tests of api/ share: a folder with a database, a service, an api, and
 * requests without a socket.
 */
#ifndef CUPEL_TESTS_API_API_FIXTURE_H
#define CUPEL_TESTS_API_API_FIXTURE_H

#include "api/api.h"
#include "api/json_in.h"
#include "api/service.h"
#include "storage/storage.h"
#include "tests/api/wasm_maker.h"

#include <check.h>
#include <jansson.h>
#include <stddef.h>

struct api_fixture {
    char dir[64];
    char path[80];
    struct service_settings service_settings; /* change, then fixture_restart() */
    struct api_settings api_settings;
    struct storage *storage;
    struct service *service;
    struct api *api;
    struct response response; /* of the last request */
    bool closed;              /* no requests without a key even if there are none */
    unsigned slices;          /* in which it was answered */
    uint64_t slice_fuel;      /* of those after the first; 0: many */
    json_t *json;             /* its body, if that is JSON */
    const char *const
        *headers; /* "Name", "value", ..., NULL; sent with each request until cleared */
};

extern struct api_fixture fixture;

void fixture_setup(void);
void fixture_teardown(void);
/* Closes everything and opens it again over the same database. */
void fixture_restart(void);

TCase *fixture_case(Suite *suite, const char *name);
int fixture_main(Suite *suite);

/* Sends a request and keeps the response; the status. `body` may be NULL. */
unsigned fixture_request(const char *method, const char *target, const void *body, size_t len);
const char *fixture_header(const char *name); /* "" if it is not there */
const char *fixture_body(void);

/* POSTs a body to /v1/rpc (or to the short form of `module`); the answer's text. */
const char *fixture_rpc(const char *module, const char *body);
/* Calls an export with `args` (a JSON array) and `limits` (an object, or NULL); the answer's text. */
const char *fixture_call(const char *module, const char *function, const char *args,
                         const char *limits);

/* PUTs a module under a name; fails the test unless it is accepted. Releases the module. */
void fixture_put(const char *name, struct strbuf *own);
void fixture_put_kit(void); /* under the name "kit" */

/* A value in the last answer: "error.data.kind", "0.result.values.1". NULL if it is not there. */
json_t *fixture_at(const char *path);
const char *fixture_text(const char *path); /* of a string; "" if there is none */
json_int_t fixture_int(const char *path);   /* of an integer; fails the test if there is none */

/* The last answer is a JSON-RPC error of this code whose message contains `says`. */
void fixture_fails(int code, const char *says);

#define ck_contains(text, part)                                                                    \
    ck_assert_msg(strstr(text, part) != NULL, "\"%s\" does not contain \"%s\"", text, part)

#endif
