/*
 * cupel push, ls and rm: what a daemon keeps. A listing is followed to its last page and printed as it
 * comes; as JSON it is one object, as if there had been one page.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "api/client/client.h"

/* ---- push ---- */

static FILE *open_module(const char *path, struct client_body *body)
{
    struct stat st;
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rbe");
    if (file == NULL || fstat(fileno(file), &st) != 0) {
        cli_message("%s: %s", path, strerror(errno));
        if (file != NULL && file != stdin) {
            fclose(file);
        }
        return NULL;
    }
    const char *slash = strrchr(path, '/');
    body->type = "application/wasm";
    body->file = file;
    body->file_len = S_ISREG(st.st_mode) ? (int64_t)st.st_size : -1;
    body->label = slash != NULL ? slash + 1 : path;
    return file;
}

/* "name@3 " if the module has a name that leads to it now, the one that was asked for. */
static void print_name(const json_t *metadata, const char *name)
{
    const json_t *entry;
    size_t i;
    json_array_foreach(json_object_get(metadata, "versions"), i, entry)
    {
        const char *text = json_string_value(json_object_get(entry, "name"));
        if (text != NULL && strcmp(text, name) == 0 &&
            json_is_true(json_object_get(entry, "current"))) {
            printf("%s@%.0f ", name, json_number_value(json_object_get(entry, "version")));
        }
    }
}

static enum cli_status take_push(struct client *client, const struct client_answer *answer,
                                 const char *name)
{
    if (answer->status != 200 && answer->status != 201) {
        return client_fail(client, answer);
    }
    json_t *metadata = client_json(client, answer);
    const char *id = json_string_value(json_object_get(metadata, "id"));
    enum cli_status status = CLI_OK;
    if (metadata != NULL && id == NULL) {
        cli_message("%s: expected a module's metadata, got something else", client->base);
    }
    if (id == NULL) {
        status = CLI_FAILED;
    } else if (client->is_json) {
        client_print(answer);
    } else {
        if (name != NULL) {
            print_name(metadata, name);
        }
        puts(id);
    }
    json_decref(metadata);
    return status;
}

enum cli_status cmd_push(const struct cli_settings *settings)
{
    const char *path = settings->operands[0];
    const char *name = settings->name.given ? settings->name.text : NULL;
    struct client client;
    struct client_body body = {0};
    struct client_answer answer = {0};
    enum cli_status status = client_open(settings, &client);
    if (status != CLI_OK) {
        return status;
    }
    FILE *file = open_module(path, &body);
    if (file == NULL) {
        client_close(&client);
        return CLI_FAILED;
    }
    client.what = path;
    char *target =
        name != NULL ? client_target(&client, "/v1/modules/", name) : strdup("/v1/modules");
    if (target == NULL) {
        status = cli_fail_memory();
    } else {
        status = client_ask(&client, name != NULL ? "PUT" : "POST", target, &body, &answer);
        status = status == CLI_OK ? take_push(&client, &answer, name) : status;
    }
    free(target);
    client_answer_fini(&answer);
    if (file != stdin) {
        fclose(file);
    }
    client_close(&client);
    return status;
}

/* ---- ls ---- */

/* The names that lead to it: "a" if that means this module now, else "a@1"; "-" for none. */
static void print_references(const json_t *module)
{
    const json_t *versions = json_object_get(module, "versions"), *entry;
    size_t i;
    json_array_foreach(versions, i, entry)
    {
        const char *name = json_string_value(json_object_get(entry, "name"));
        printf("%s%s", i > 0 ? "," : "", name != NULL ? name : "?");
        if (!json_is_true(json_object_get(entry, "current"))) {
            printf("@%.0f", json_number_value(json_object_get(entry, "version")));
        }
    }
    puts(json_array_size(versions) > 0 ? "" : "-");
}

static void print_module(const json_t *module)
{
    const char *id = json_string_value(json_object_get(module, "id"));
    const char *created = json_string_value(json_object_get(module, "created"));
    printf("%s %10.0f %s ", id != NULL ? id : "?",
           json_number_value(json_object_get(module, "size")), created != NULL ? created : "?");
    print_references(module);
}

struct listing {
    struct client client;
    uint64_t printed; /* modules */
};

/* Numbers of modules are whole: as such they are to be printed again. */
static json_t *load_page(const struct client *client, const struct client_answer *answer)
{
    json_error_t error;
    json_t *page = json_loadb(answer->body != NULL ? answer->body : "", answer->len, 0, &error);
    if (!json_is_array(json_object_get(page, "modules"))) {
        cli_message("%s: expected a list of modules, got something else", client->base);
        json_decref(page);
        return NULL;
    }
    return page;
}

static enum cli_status print_page(struct listing *listing, const json_t *page)
{
    const json_t *entry;
    size_t i;
    json_array_foreach(json_object_get(page, "modules"), i, entry)
    {
        if (!listing->client.is_json) {
            print_module(entry);
            continue;
        }
        fputs(listing->printed++ > 0 ? "," : "{\"modules\":[", stdout);
        if (json_dumpf(entry, stdout, JSON_COMPACT) != 0) {
            return cli_fail_memory();
        }
    }
    return CLI_OK;
}

/* One page; *next is the target of the next, or NULL. */
static enum cli_status list_page(struct listing *listing, const char *target, char **next)
{
    struct client *client = &listing->client;
    struct client_answer answer = {0};
    enum cli_status status = client_ask(client, "GET", target, NULL, &answer);
    *next = NULL;
    if (status == CLI_OK && answer.status != 200) {
        status = client_fail(client, &answer);
    } else if (status == CLI_OK) {
        json_t *page = load_page(client, &answer);
        const char *cursor = json_string_value(json_object_get(page, "next"));
        status = page != NULL ? print_page(listing, page) : CLI_FAILED;
        if (status == CLI_OK && cursor != NULL) {
            *next = client_target(client, "/v1/modules?limit=1000&cursor=", cursor);
            status = *next != NULL ? CLI_OK : cli_fail_memory();
        }
        json_decref(page);
    }
    client_answer_fini(&answer);
    return status;
}

enum cli_status cmd_ls(const struct cli_settings *settings)
{
    struct listing listing = {.printed = 0};
    enum cli_status status = client_open(settings, &listing.client);
    if (status != CLI_OK) {
        return status;
    }
    char *target = strdup("/v1/modules?limit=1000");
    status = target != NULL ? CLI_OK : cli_fail_memory();
    while (target != NULL && status == CLI_OK) {
        char *next = NULL;
        status = list_page(&listing, target, &next);
        free(target);
        target = next;
    }
    free(target);
    if (listing.client.is_json && (status == CLI_OK || listing.printed > 0)) {
        puts(listing.printed > 0 ? "]}" : "{\"modules\":[]}");
    }
    client_close(&listing.client);
    return status;
}

/* ---- rm ---- */

static enum cli_status delete_one(struct client *client, const char *ref)
{
    struct client_answer answer = {0};
    char *target = client_target(client, "/v1/modules/", ref);
    if (target == NULL) {
        return cli_fail_memory();
    }
    client->what = ref;
    enum cli_status status = client_ask(client, "DELETE", target, NULL, &answer);
    if (status == CLI_OK && answer.status != 204) {
        status = client_fail(client, &answer);
    }
    free(target);
    client_answer_fini(&answer);
    return status;
}

/* What can be deleted is, also when something else cannot. */
enum cli_status cmd_rm(const struct cli_settings *settings)
{
    struct client client;
    enum cli_status status = client_open(settings, &client);
    if (status != CLI_OK) {
        return status;
    }
    for (int i = 0; i < settings->operand_count; i++) {
        enum cli_status one = delete_one(&client, settings->operands[i]);
        status = status != CLI_OK ? status : one;
    }
    client_close(&client);
    return status;
}
