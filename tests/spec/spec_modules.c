/* Finding, loading and remembering the modules of a script. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/spec/spec_session.h"

void slots_add(struct slots *slots, struct slot slot)
{
    struct slot *items = realloc(slots->items, (slots->count + 1) * sizeof *items);
    if (items == NULL) {
        fputs("spec-runner: out of memory\n", stderr);
        exit(2);
    }
    slots->items = items;
    items[slots->count++] = slot;
}

struct slot *slots_find(struct slots *slots, const char *name)
{
    for (size_t i = slots->count; i > 0; i--) {
        struct slot *slot = &slots->items[i - 1];
        if (name == NULL || (slot->name != NULL && strcmp(slot->name, name) == 0)) {
            return slot;
        }
    }
    return NULL;
}

char *module_path(const struct spec_session *session)
{
    const char *script = session->file->path;
    const char *slash = strrchr(script, '/');
    int folder = slash != NULL ? (int)(slash - script) + 1 : 0;
    char *path = NULL;
    if (asprintf(&path, "%.*s%s", folder, script, command_text(session, "filename")) < 0) {
        fputs("spec-runner: out of memory\n", stderr);
        exit(2);
    }
    return path;
}

static uint8_t *read_file(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        fprintf(stderr, "spec-runner: %s: %s\n", path, strerror(errno));
        exit(2);
    }
    *len = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*len + 1);
    if (bytes == NULL || fread(bytes, 1, *len, file) != *len) {
        fprintf(stderr, "spec-runner: %s: cannot be read\n", path);
        exit(2);
    }
    fclose(file);
    return bytes;
}

static bool read_image(void *env, uint64_t offset, void *buf, size_t len)
{
    memcpy(buf, ((const cupel_bytes_t *)env)->data + offset, len);
    return true;
}

static void free_image(void *env)
{
    cupel_bytes_delete(env);
    free(env);
}

/* Reads an image whole, and then again function by function, which is what stays. Takes it over. */
static cupel_error_t *read_both_ways(cupel_engine_t *engine, cupel_bytes_t image,
                                     cupel_module_t **module)
{
    cupel_error_t *error = cupel_module_deserialize(engine, image.data, image.len, module);
    cupel_module_delete(*module);
    *module = NULL;
    if (error != NULL) {
        cupel_bytes_delete(&image);
        return error;
    }
    cupel_bytes_t *own = malloc(sizeof *own);
    if (own == NULL) {
        fputs("spec-runner: out of memory\n", stderr);
        exit(2);
    }
    *own = image;
    cupel_image_source_t source = {read_image, free_image, own, own->len};
    return cupel_module_deserialize_lazily(engine, &source, module);
}

/* Replaces a module by what is read back from its image. */
static cupel_error_t *through_image(cupel_engine_t *engine, cupel_module_t **module)
{
    cupel_bytes_t image;
    cupel_error_t *error = cupel_module_serialize(*module, &image);
    cupel_module_delete(*module);
    *module = NULL;
    if (error == NULL) {
        error = read_both_ways(engine, image, module);
    }
    return error;
}

/* What a lazily validated module leaves for later; a module with an error in it is deleted. */
static cupel_error_t *compile_now(cupel_module_t **module)
{
    cupel_bytes_t image = {0};
    cupel_error_t *error = cupel_module_serialize(*module, &image);
    cupel_bytes_delete(&image);
    if (error != NULL) {
        cupel_module_delete(*module);
        *module = NULL;
    }
    return error;
}

cupel_error_t *module_load(struct spec_session *session, cupel_module_t **out)
{
    char *relative = module_path(session);
    char *path = NULL;
    if (asprintf(&path, "%s/%s", session->options->dir, relative) < 0) {
        fputs("spec-runner: out of memory\n", stderr);
        exit(2);
    }
    size_t len;
    uint8_t *bytes = read_file(path, &len);
    *out = NULL;
    cupel_error_t *error = cupel_module_new(session->engine, bytes, len, out);
    cupel_error_t *again = cupel_module_validate(session->engine, bytes, len);
    if (error == NULL && again != NULL && session->options->mode == CUPEL_COMPILE_LAZY) {
        error = compile_now(out);
    }
    if ((again == NULL) != (error == NULL)) {
        printf("%s: cupel_module_validate and cupel_module_new do not agree\n", path);
        session->counts->failed++;
    }
    cupel_error_delete(again);
    if (error == NULL && session->options->via_image) {
        error = through_image(session->engine, out);
    }
    free(bytes);
    free(path);
    free(relative);
    return error;
}

bool module_is_selected(const struct spec_session *session)
{
    char *path = module_path(session);
    const struct spec_entry *entry = spec_list_find(session->modules, path);
    free(path);
    return entry == NULL || spec_is_available(entry, session->options->class);
}

void instances_taint(struct spec_session *session)
{
    for (size_t i = 0; i < session->instances.count; i++) {
        struct slot *slot = &session->instances.items[i];
        if (slot->registered != NULL && slot->state == SLOT_READY) {
            struct slot name = {.name = slot->registered, .state = SLOT_SKIPPED};
            slot->state = SLOT_SKIPPED;
            slots_add(&session->skipped_registered, name);
        }
    }
}

bool module_needs_skipped(struct spec_session *session, const cupel_module_t *module)
{
    for (size_t i = 0; i < cupel_module_import_count(module); i++) {
        cupel_importtype_t import;
        if (!cupel_module_import(module, i, &import)) {
            return false;
        }
        for (size_t k = 0; k < session->skipped_registered.count; k++) {
            const char *name = session->skipped_registered.items[k].name;
            if (strlen(name) == import.module.len &&
                memcmp(name, import.module.data, import.module.len) == 0) {
                return true;
            }
        }
    }
    return false;
}
