/*
 * A request takes the same steps as in the daemon: head, body within its limit, handler.
 */
#include "tests/api/api_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

struct api_fixture fixture;

static void open_all(void)
{
    struct storage_error from;
    struct api_error error;

    api_error_init(&error);
    ck_assert_msg(storage_open(fixture.path, NULL, &fixture.storage, &from) == STORAGE_OK, "%s",
                  from.text);
    fixture.service = service_new(&fixture.service_settings, fixture.storage, &error);
    ck_assert_ptr_nonnull(fixture.service);
    fixture.api = api_new(&fixture.api_settings, fixture.service);
    ck_assert_ptr_nonnull(fixture.api);
    api_set_open(fixture.api, !fixture.closed);
    api_error_fini(&error);
}

static void close_all(void)
{
    api_delete(fixture.api);
    service_delete(fixture.service);
    storage_close(fixture.storage);
}

void fixture_setup(void)
{
    memset(&fixture, 0, sizeof fixture);
    snprintf(fixture.dir, sizeof fixture.dir, "/tmp/cupel-api-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(fixture.dir));
    snprintf(fixture.path, sizeof fixture.path, "%s/cupel.db", fixture.dir);
    service_settings_init(&fixture.service_settings);
    api_settings_init(&fixture.api_settings);
    response_init(&fixture.response);
    open_all();
}

void fixture_teardown(void)
{
    char command[160];

    close_all();
    response_fini(&fixture.response);
    json_decref(fixture.json);
    snprintf(command, sizeof command, "rm -rf '%s'", fixture.dir);
    ck_assert_int_eq(system(command), 0);
}

void fixture_restart(void)
{
    close_all();
    open_all();
}

TCase *fixture_case(Suite *suite, const char *name)
{
    TCase *tcase = tcase_create(name);

    tcase_add_checked_fixture(tcase, fixture_setup, fixture_teardown);
    tcase_set_timeout(tcase, 120);
    suite_add_tcase(suite, tcase);
    return tcase;
}

int fixture_main(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    int failed;

    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* ---- requests -------------------------------------------------------------------------------- */

static const char *find_header(void *env, const char *name)
{
    const char *const *pair = env;

    for (; pair != NULL && pair[0] != NULL; pair += 2) {
        if (strcasecmp(pair[0], name) == 0) {
            return pair[1];
        }
    }
    return NULL;
}

static void run_to_end(struct api_work *work)
{
    uint64_t fuel = fixture.slice_fuel != 0 ? fixture.slice_fuel : 1000000;

    fixture.slices = 1;
    if (work != NULL) {
        do {
            fixture.slices++;
        } while (!api_work_run(work, fuel));
    }
    api_work_delete(work);
}

unsigned fixture_request(const char *method, const char *target, const void *body, size_t len)
{
    struct request request = {.method = method,
                              .target = target,
                              .id = "test-1",
                              .header = find_header,
                              .env = (void *)fixture.headers,
                              .body = body,
                              .body_len = len};
    struct response *response = &fixture.response;
    struct json_fault fault;
    size_t limit = 0;

    response_fini(response);
    response_init(response);
    json_decref(fixture.json);
    if (!api_head(fixture.api, &request, body != NULL ? len : 0, response, &limit)) {
        ck_assert_uint_le(len, limit);
        run_to_end(api_handle(fixture.api, &request, response));
    }
    api_request_end(&request);
    fixture.json = json_in_parse(strbuf_text(&response->body), response->body.len, 1000, &fault);
    ck_assert_str_eq(fixture_header("X-Request-Id"), "test-1");
    return response->status;
}

const char *fixture_header(const char *name)
{
    const char *value = response_get_header(&fixture.response, name);

    return value != NULL ? value : "";
}

const char *fixture_body(void)
{
    return strbuf_text(&fixture.response.body);
}

const char *fixture_rpc(const char *module, const char *body)
{
    static const char *const json[] = {"Content-Type", "application/json", NULL};
    const char *const *before = fixture.headers;
    char target[200] = "/v1/rpc";

    if (module != NULL) {
        snprintf(target, sizeof target, "/v1/modules/%s/rpc", module);
    }
    fixture.headers = json;
    fixture_request("POST", target, body, strlen(body));
    fixture.headers = before;
    return fixture_body();
}

const char *fixture_call(const char *module, const char *function, const char *args,
                         const char *limits)
{
    char body[2048];

    snprintf(body, sizeof body,
             "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"call\",\"params\":{\"module\":\"%s\","
             "\"function\":\"%s\",\"args\":%s,\"limits\":%s}}",
             module, function, args, limits != NULL ? limits : "{}");
    return fixture_rpc(NULL, body);
}

void fixture_put(const char *name, struct strbuf *own)
{
    char target[200];
    unsigned status;

    snprintf(target, sizeof target, "/v1/modules/%s", name);
    status = fixture_request("PUT", target, own->data, own->len);
    ck_assert_msg(status == 201 || status == 200, "%u: %s", status, fixture_body());
    strbuf_fini(own);
}

void fixture_put_kit(void)
{
    struct strbuf module;

    maker_kit(&module);
    fixture_put("kit", &module);
}

/* ---- answers --------------------------------------------------------------------------------- */

json_t *fixture_at(const char *path)
{
    json_t *at = fixture.json;
    char key[64];
    size_t len;

    while (at != NULL && *path != '\0') {
        len = strcspn(path, ".");
        snprintf(key, sizeof key, "%.*s", (int)len, path);
        at = json_is_array(at) ? json_array_get(at, strtoul(key, NULL, 10))
                               : json_object_get(at, key);
        path += len + (path[len] == '.');
    }
    return at;
}

const char *fixture_text(const char *path)
{
    const char *text = json_string_value(fixture_at(path));

    return text != NULL ? text : "";
}

json_int_t fixture_int(const char *path)
{
    json_t *at = fixture_at(path);

    ck_assert_msg(json_is_integer(at), "no integer at %s in %s", path, fixture_body());
    return json_integer_value(at);
}

void fixture_fails(int code, const char *says)
{
    ck_assert_msg(json_is_object(fixture_at("error")), "no error in %s", fixture_body());
    ck_assert_msg(fixture_int("error.code") == code, "not %d: %s", code, fixture_body());
    ck_contains(fixture_text("error.message"), says);
    ck_assert_str_ne(fixture_text("error.data.kind"), "");
}
