/*
 * HTTP by libcurl, one easy handle for all requests of a command, so that they share a connection.
 * Redirects are not followed: the daemon sends none, and a key is not to be carried to where
 * somebody else points. An upload is read from its file while it is sent, so that a module of any
 * size needs no memory here; a file whose length nobody knows goes out in chunks.
 */
#include "config.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/client/client.h"

#define DEFAULT_URL "http://127.0.0.1:8080"

/* What an answer may have at most: a page of a thousand modules has up to some 20 MiB. */
enum { ANSWER_MOST = 256 << 20, CONNECT_SECONDS = 10, KEY_MOST = 1024 };

struct transfer {
    const struct client_body *body;
    size_t sent; /* of body->text */
    int file_errno;
    struct client_answer *answer;
    size_t capacity;
    bool too_large;
    struct progress progress;
};

/* ---- Where the daemon is ---- */

static enum cli_status bad_url(const char *source, const char *url, const char *why)
{
    cli_message("%s: expected http://HOST[:PORT] or https://HOST[:PORT], got \"%s\": %s", source,
                url, why);
    return CLI_USAGE;
}

/* Has the URL a part that an address of a daemon cannot have? */
static const char *superfluous_part(CURLU *parsed)
{
    static const struct {
        CURLUPart part;
        const char *name;
    } parts[] = {{CURLUPART_QUERY, "it has a query"},
                 {CURLUPART_FRAGMENT, "it has a fragment"},
                 {CURLUPART_USER, "it has a user's name (keys belong into CUPEL_KEY)"}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        char *text = NULL;
        if (curl_url_get(parsed, parts[i].part, &text, 0) == CURLUE_OK) {
            curl_free(text);
            return parts[i].name;
        }
    }
    return NULL;
}

static enum cli_status read_url(struct client *client, const char *source, const char *url)
{
    CURLU *parsed = curl_url();
    char *scheme = NULL;
    if (parsed == NULL) {
        return cli_fail_memory();
    }
    CURLUcode code = curl_url_set(parsed, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME);
    const char *why = strstr(url, "://") == NULL ? "it does not begin so"
                      : code != CURLUE_OK        ? curl_url_strerror(code)
                                                 : superfluous_part(parsed);
    if (why == NULL && (curl_url_get(parsed, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
                        (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0))) {
        why = "of another kind";
    }
    curl_free(scheme);
    enum cli_status status = why != NULL ? bad_url(source, url, why) : CLI_OK;
    if (why == NULL) {
        client->base = strdup(url);
        status = client->base != NULL ? CLI_OK : cli_fail_memory();
    }
    for (size_t len = status == CLI_OK ? strlen(client->base) : 0;
         len > 0 && client->base[len - 1] == '/'; len--) {
        client->base[len - 1] = '\0';
    }
    curl_url_cleanup(parsed);
    return status;
}

/* A key is printable and has no spaces; anything else would forge lines of the request's head. */
static enum cli_status read_key(struct client *client)
{
    const char *key = getenv("CUPEL_KEY");
    if (key == NULL || key[0] == '\0') {
        return CLI_OK;
    }
    size_t len = 0;
    while (key[len] > ' ' && key[len] <= '~') {
        len++;
    }
    if (key[len] != '\0' || len > KEY_MOST) {
        cli_message("CUPEL_KEY: expected a key as `cupeld key add` prints it, got %s",
                    len > KEY_MOST ? "something longer" : "spaces or control characters in it");
        return CLI_USAGE;
    }
    client->key = key;
    return CLI_OK;
}

static void set_tls(struct client *client, const struct cli_settings *settings)
{
    if (settings->ca_file.given) {
        curl_easy_setopt(client->curl, CURLOPT_CAINFO, settings->ca_file.text);
    }
    if (settings->client_certificate.given) {
        curl_easy_setopt(client->curl, CURLOPT_SSLCERT, settings->client_certificate.text);
    }
    if (settings->client_key.given) {
        curl_easy_setopt(client->curl, CURLOPT_SSLKEY, settings->client_key.text);
    }
}

enum cli_status client_open(const struct cli_settings *settings, struct client *own)
{
    memset(own, 0, sizeof *own);
    const char *source = "--url", *url = settings->url.text;
    if (!settings->url.given) {
        source = "CUPEL_URL";
        url = getenv("CUPEL_URL");
    }
    if (url == NULL || (!settings->url.given && url[0] == '\0')) {
        url = DEFAULT_URL;
    }
    own->is_json = settings->json.given;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
        (own->curl = curl_easy_init()) == NULL ||
        (own->reason = calloc(1, CURL_ERROR_SIZE)) == NULL) {
        client_close(own);
        return cli_fail_memory();
    }
    enum cli_status status = read_url(own, source, url);
    status = status == CLI_OK ? read_key(own) : status;
    if (status != CLI_OK) {
        client_close(own);
        return status;
    }
    own->what = own->base;
    set_tls(own, settings);
    return CLI_OK;
}

void client_close(struct client *client)
{
    curl_easy_cleanup(client->curl);
    curl_global_cleanup();
    free(client->base);
    free(client->reason);
    memset(client, 0, sizeof *client);
}

char *client_target(struct client *client, const char *prefix, const char *text)
{
    char *encoded = curl_easy_escape(client->curl, text, 0), *target = NULL;
    if (encoded != NULL && asprintf(&target, "%s%s", prefix, encoded) < 0) {
        target = NULL;
    }
    curl_free(encoded);
    return target;
}

/* ---- A request ---- */

static size_t read_body(char *buffer, size_t size, size_t count, void *env)
{
    struct transfer *transfer = env;
    size_t room = size * count;
    if (transfer->body->text == NULL) {
        size_t len = fread(buffer, 1, room, transfer->body->file);
        if (len == 0 && ferror(transfer->body->file)) {
            transfer->file_errno = errno;
            return CURL_READFUNC_ABORT;
        }
        return len;
    }
    size_t left = transfer->body->len - transfer->sent;
    size_t len = left < room ? left : room;
    memcpy(buffer, transfer->body->text + transfer->sent, len);
    transfer->sent += len;
    return len;
}

/* The library begins anew when a kept connection turns out to be closed. */
static int seek_body(void *env, curl_off_t offset, int origin)
{
    struct transfer *transfer = env;
    if (transfer->body->text != NULL) {
        transfer->sent = (size_t)offset;
        return CURL_SEEKFUNC_OK;
    }
    return fseeko(transfer->body->file, offset, origin) == 0 ? CURL_SEEKFUNC_OK
                                                             : CURL_SEEKFUNC_CANTSEEK;
}

static size_t take_answer(char *data, size_t size, size_t count, void *env)
{
    struct transfer *transfer = env;
    struct client_answer *answer = transfer->answer;
    size_t len = size * count;
    transfer->too_large = len > ANSWER_MOST - answer->len;
    if (transfer->too_large) {
        return 0;
    }
    if (answer->len + len + 1 > transfer->capacity) {
        size_t capacity = 2 * (answer->len + len) + 4096;
        char *larger = realloc(answer->body, capacity);
        if (larger == NULL) {
            return 0;
        }
        answer->body = larger;
        transfer->capacity = capacity;
    }
    memcpy(answer->body + answer->len, data, len);
    answer->len += len;
    answer->body[answer->len] = '\0';
    return len;
}

static int show_progress(void *env, curl_off_t down_total, curl_off_t down, curl_off_t up_total,
                         curl_off_t up)
{
    struct transfer *transfer = env;
    (void)down_total;
    (void)down;
    progress_step(&transfer->progress, (uint64_t)up, (uint64_t)up_total);
    return 0;
}

static bool add_header(struct curl_slist **headers, const char *name, const char *value)
{
    char *line = NULL;
    struct curl_slist *longer = NULL;
    if (asprintf(&line, "%s: %s", name, value) >= 0) {
        longer = curl_slist_append(*headers, line);
        free(line);
    }
    *headers = longer != NULL ? longer : *headers;
    return longer != NULL;
}

static bool set_headers(const struct client *client, const struct client_body *body,
                        struct curl_slist **headers)
{
    char bearer[8 + KEY_MOST];
    if (body != NULL && !add_header(headers, "Content-Type", body->type)) {
        return false;
    }
    if (client->key == NULL) {
        return true;
    }
    snprintf(bearer, sizeof bearer, "Bearer %s", client->key);
    return add_header(headers, "Authorization", bearer);
}

static void set_body(CURL *curl, struct transfer *transfer)
{
    const struct client_body *body = transfer->body;
    curl_off_t len = body->text != NULL ? (curl_off_t)body->len : (curl_off_t)body->file_len;
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_body);
    curl_easy_setopt(curl, CURLOPT_READDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, seek_body);
    curl_easy_setopt(curl, CURLOPT_SEEKDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, len);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, body->label == NULL ? 1L : 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, show_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, transfer);
}

static void set_request(struct client *client, const char *method, const char *url,
                        struct curl_slist *headers, struct transfer *transfer)
{
    CURL *curl = client->curl;
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, client->reason);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 0L);
    curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 1L);
    if (transfer->body != NULL) {
        set_body(curl, transfer);
    }
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
}

static void read_head(struct client *client, struct client_answer *answer)
{
    const char *type = NULL;
    curl_off_t retry_after = 0;
    curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &answer->status);
    curl_easy_getinfo(client->curl, CURLINFO_CONTENT_TYPE, &type);
    curl_easy_getinfo(client->curl, CURLINFO_RETRY_AFTER, &retry_after);
    answer->retry_after_s = (long)retry_after;
    snprintf(answer->type, sizeof answer->type, "%.*s", type != NULL ? (int)strcspn(type, "; ") : 0,
             type != NULL ? type : "");
}

static enum cli_status fail_transfer(const struct client *client, const struct transfer *transfer,
                                     CURLcode code)
{
    const char *why = client->reason[0] != '\0' ? client->reason : curl_easy_strerror(code);
    if (transfer->file_errno != 0) {
        cli_message("%s: %s", client->what, strerror(transfer->file_errno));
    } else if (transfer->too_large) {
        cli_message("%s: the answer has more than %d bytes", client->base, ANSWER_MOST);
    } else if (code == CURLE_COULDNT_CONNECT) {
        long system = 0;
        curl_easy_getinfo(client->curl, CURLINFO_OS_ERRNO, &system);
        cli_message(
            "%s: cannot connect: %s; does cupeld run there? (--url or CUPEL_URL says where)",
            client->base, system != 0 ? strerror((int)system) : why);
    } else if (code == CURLE_PEER_FAILED_VERIFICATION) {
        cli_message("%s: the daemon's certificate is not trusted: %s (--ca-file names whom to "
                    "trust)",
                    client->base, why);
    } else {
        cli_message("%s: %s", client->base, why);
    }
    return CLI_FAILED;
}

enum cli_status client_ask(struct client *client, const char *method, const char *target,
                           const struct client_body *body, struct client_answer *own)
{
    struct transfer transfer = {.body = body, .answer = own};
    struct curl_slist *headers = NULL;
    char *url = NULL;
    memset(own, 0, sizeof *own);
    client->reason[0] = '\0';
    enum cli_status status = CLI_OK;
    if (!set_headers(client, body, &headers) || asprintf(&url, "%s%s", client->base, target) < 0) {
        url = NULL;
        status = cli_fail_memory();
    } else {
        set_request(client, method, url, headers, &transfer);
        progress_init(&transfer.progress, body != NULL ? body->label : NULL);
        CURLcode code = curl_easy_perform(client->curl);
        progress_fini(&transfer.progress);
        read_head(client, own);
        status = code != CURLE_OK ? fail_transfer(client, &transfer, code) : CLI_OK;
    }
    curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, NULL);
    curl_slist_free_all(headers);
    free(url);
    if (status != CLI_OK) {
        client_answer_fini(own);
    }
    return status;
}

void client_answer_fini(struct client_answer *answer)
{
    free(answer->body);
    answer->body = NULL;
    answer->len = 0;
}
