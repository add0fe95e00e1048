/*
 * Requests without a socket, on a store in a temporary folder: the first line of the input is method,
 * target and, separated by blanks, headers as name:value; what follows is the body. Whatever comes, the
 * answer must be a whole one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <jansson.h>

#include "api/api.h"
#include "tests/fuzz/fuzz.h"

#define MAX_HEADERS 8

struct fuzz_request {
    char line[1024];
    char *names[MAX_HEADERS];
    char *values[MAX_HEADERS];
    size_t headers;
};

static struct api *api;

/* (module (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)
 *         (func (export "spin") (loop (br 0)))) */
static const uint8_t sample[] = {
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x0a, 0x02, 0x60, 0x02, 0x7f, 0x7f,
    0x01, 0x7f, 0x60, 0x00, 0x00, 0x03, 0x03, 0x02, 0x00, 0x01, 0x07, 0x0e, 0x02, 0x03, 'a',
    'd',  'd',  0x00, 0x00, 0x04, 's',  'p',  'i',  'n',  0x00, 0x01, 0x0a, 0x11, 0x02, 0x07,
    0x00, 0x20, 0x00, 0x20, 0x01, 0x6a, 0x0b, 0x07, 0x00, 0x03, 0x40, 0x0c, 0x00, 0x0b, 0x0b};

static void die(const char *what, const char *why)
{
    fprintf(stderr, "fuzz_rpc: %s: %s\n", what, why);
    abort();
}

/* A folder in memory if there is one: durability is not what is tested here. */
static void make_path(char *path, size_t size)
{
    char folder[64];
    snprintf(folder, sizeof folder, "%s/cupel-fuzz-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (mkdtemp(folder) == NULL) {
        die("mkdtemp", folder);
    }
    snprintf(path, size, "%s/cupel.db", folder);
}

static struct storage *storage;
static struct service *service;
static char database[96];

static void remove_database(void)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    api_delete(api);
    service_delete(service);
    storage_close(storage);
    for (size_t i = 0; i < 3; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", database, suffixes[i]);
        unlink(path);
    }
    *strrchr(database, '/') = '\0';
    rmdir(database);
}

static void start(void)
{
    struct storage_error storage_error;
    struct api_error error;
    struct service_settings settings;
    struct api_settings api_settings;
    make_path(database, sizeof database);
    api_error_init(&error);
    if (storage_open(database, NULL, &storage, &storage_error) != STORAGE_OK) {
        die(database, storage_error.text);
    }
    service_settings_init(&settings);
    settings.standard.fuel = 5000;
    settings.maximum.fuel = 50000;
    settings.maximum.memory_bytes = 16 << 20;
    settings.standard.memory_bytes = 1 << 20;
    service = service_new(&settings, storage, &error);
    api_settings_init(&api_settings);
    api = service != NULL ? api_new(&api_settings, service) : NULL;
    if (api != NULL) {
        api_set_open(api, true);
    }
    if (api == NULL) {
        die("start", strbuf_text(&error.detail));
    }
    api_error_fini(&error);
    atexit(remove_database);
}

static void upload_sample(void)
{
    struct service_precondition none = {NULL, NULL};
    struct service_module module;
    struct api_error error;
    bool created;
    api_error_init(&error);
    if (service_upload(service, sample, sizeof sample, "sample", &none, service_anonymous(service),
                       &module, &created, &error) != API_OK) {
        die("upload", strbuf_text(&error.detail));
    }
    api_error_fini(&error);
    service_module_fini(&module);
}

static const char *find_header(void *env, const char *name)
{
    struct fuzz_request *request = env;
    for (size_t i = 0; i < request->headers; i++) {
        if (strcasecmp(request->names[i], name) == 0) {
            return request->values[i];
        }
    }
    return NULL;
}

/* Takes the first line apart; what is missing is as a plain JSON-RPC request has it. */
static void parse_line(struct fuzz_request *fuzz, struct request *request)
{
    char *rest = NULL;
    char *word = strtok_r(fuzz->line, " ", &rest);
    request->method = word != NULL ? word : "POST";
    word = strtok_r(NULL, " ", &rest);
    request->target = word != NULL ? word : "/v1/rpc";
    while ((word = strtok_r(NULL, " ", &rest)) != NULL && fuzz->headers < MAX_HEADERS) {
        char *colon = strchr(word, ':');
        if (colon != NULL) {
            *colon = '\0';
            fuzz->names[fuzz->headers] = word;
            fuzz->values[fuzz->headers++] = colon + 1;
        }
    }
    if (fuzz->headers == 0) {
        fuzz->names[0] = "content-type";
        fuzz->values[0] = "application/json";
        fuzz->headers = 1;
    }
}

static void check_response(const struct response *response)
{
    const char *type = response_get_header(response, "Content-Type");
    if (response->status < 200 || response->status > 599) {
        die("response", "its status is out of range");
    }
    if (type != NULL && strstr(type, "json") != NULL && response->body.len > 0) {
        json_error_t error;
        json_t *json = json_loadb(response->body.data, response->body.len,
                                  JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
        if (json == NULL) {
            fwrite(response->body.data, 1, response->body.len, stderr);
            die("response", error.text);
        }
        json_decref(json);
    }
}

static void exchange(struct request *request)
{
    struct response response;
    size_t limit = 0;
    response_init(&response);
    if (!api_head(api, request, request->body_len, &response, &limit)) {
        if (request->body_len > limit) {
            api_body_too_large(api, request, &response);
        } else {
            struct api_work *work = api_handle(api, request, &response);
            while (work != NULL && !api_work_run(work, 1000)) {
            }
            api_work_delete(work);
        }
    }
    api_request_end(request);
    check_response(&response);
    response_fini(&response);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_request fuzz = {.headers = 0};
    struct request request = {.id = "fuzz", .header = find_header, .env = &fuzz};
    const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t line = end != NULL ? (size_t)(end - data) : size;
    if (api == NULL) {
        start();
    }
    if (line >= sizeof fuzz.line || memchr(data, '\0', line) != NULL) {
        return 0;
    }
    upload_sample();
    memcpy(fuzz.line, data, line);
    parse_line(&fuzz, &request);
    /* A block of exactly its size, so that reading beyond it is seen. */
    size_t len = end != NULL ? size - line - 1 : 0;
    uint8_t *body = malloc(len + (len == 0));
    if (body == NULL) {
        return 0;
    }
    memcpy(body, end != NULL ? end + 1 : data, len);
    request.body = body;
    request.body_len = len;
    exchange(&request);
    free(body);
    return 0;
}
