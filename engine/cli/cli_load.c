/*
 * Loading a file into a module: a Wasm binary is compiled, anything else is taken for a precompiled
 * image, which the engine verifies. Both need an engine of the configuration that the command asks
 * for; an image fits only the configuration that it was compiled with.
 */
#include "engine/cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static uint8_t *read_all(FILE *file, size_t *len)
{
    size_t capacity = 1 << 16;
    uint8_t *bytes = malloc(capacity);
    *len = 0;
    while (bytes != NULL) {
        *len += fread(bytes + *len, 1, capacity - *len, file);
        if (*len < capacity) {
            return bytes;
        }
        uint8_t *larger = capacity <= SIZE_MAX / 2 ? realloc(bytes, capacity * 2) : NULL;
        if (larger == NULL) {
            free(bytes);
        }
        bytes = larger;
        capacity *= 2;
    }
    return NULL;
}

enum cli_status cli_read_file(const char *path, uint8_t **bytes, size_t *len)
{
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "rb");
    if (file == NULL) {
        cli_message("%s: %s", path, strerror(errno));
        return CLI_FAILED;
    }
    errno = 0;
    *bytes = read_all(file, len);
    enum cli_status status = CLI_OK;
    if (*bytes == NULL) {
        status = cli_fail_memory();
    } else if (ferror(file)) {
        cli_message("%s: %s", path, strerror(errno));
        free(*bytes);
        status = CLI_FAILED;
    }
    if (!is_stdin) {
        fclose(file);
    }
    return status;
}

bool cli_is_wasm(const uint8_t *bytes, size_t len)
{
    return len >= 4 && memcmp(bytes, "\0asm", 4) == 0;
}

static enum cli_status parse_mode(const struct cli_settings *settings,
                                  cupel_compilation_mode_t *out)
{
    const char *name = settings->compilation_mode.text;
    *out = CUPEL_COMPILE_EAGER;
    if (!settings->compilation_mode.given) {
        return CLI_OK;
    }
    for (int mode = CUPEL_COMPILE_EAGER; mode <= CUPEL_COMPILE_LAZY; mode++) {
        *out = (cupel_compilation_mode_t)mode;
        if (strcmp(name, cupel_compilation_mode_name(*out)) == 0) {
            return CLI_OK;
        }
    }
    cli_message("--compilation-mode: expected eager, lazy-translation or lazy, got \"%s\"", name);
    return CLI_USAGE;
}

/* Whether functions are to be machine code. */
static enum cli_status parse_tier(const struct cli_settings *settings, bool *out)
{
    const char *name = settings->tier.given ? settings->tier.text : "native";
    *out = strcmp(name, "native") == 0;
    if (*out || strcmp(name, "interpreter") == 0) {
        return CLI_OK;
    }
    cli_message("--tier: expected native or interpreter, got \"%s\"", name);
    return CLI_USAGE;
}

static cupel_engine_t *new_engine(const struct cli_settings *settings, bool metering,
                                  cupel_compilation_mode_t mode, bool native)
{
    cupel_config_t *config = cupel_config_new();
    if (config == NULL) {
        return NULL;
    }
    cupel_config_set_native(config, native);
    cupel_config_set_consume_fuel(config, metering);
    cupel_config_set_guard_pages(config, !settings->no_guard_pages.given);
    cupel_config_set_compilation_mode(config, mode);
    return cupel_engine_new_with_config(config);
}

static cupel_error_t *make_module(struct cli_module *loaded, const char *path)
{
    if (loaded->bytes == NULL) {
        return cupel_module_deserialize_file(loaded->engine, path, &loaded->module);
    }
    if (!loaded->is_image) {
        return cupel_module_new(loaded->engine, loaded->bytes, loaded->len, &loaded->module);
    }
    return cupel_module_deserialize(loaded->engine, loaded->bytes, loaded->len, &loaded->module);
}

/* Everything that is neither a module nor plausibly an image is better told by the decoder. */
static bool looks_like_image(const uint8_t *bytes, size_t len)
{
    return len >= 8 && !cli_is_wasm(bytes, len);
}

/* Is it an image in a file that stays where it is? `len` is its size then. */
static bool is_image_file(const char *path, size_t *len)
{
    uint8_t head[8];
    struct stat info;
    FILE *file = strcmp(path, "-") != 0 ? fopen(path, "rb") : NULL;
    if (file == NULL) {
        return false;
    }
    bool found = fstat(fileno(file), &info) == 0 && S_ISREG(info.st_mode) &&
                 fread(head, 1, sizeof head, file) == sizeof head &&
                 looks_like_image(head, sizeof head);
    fclose(file);
    *len = found ? (size_t)info.st_size : 0;
    return found;
}

/* The module of `out`, whose file has been read or, if `bytes` is NULL, is to be read as it is used. */
static enum cli_status load(const struct cli_settings *settings, bool metering,
                            struct cli_module *out)
{
    const char *path = settings->operands[0];
    cupel_compilation_mode_t mode;
    bool native = false;
    enum cli_status status = parse_mode(settings, &mode);
    if (status == CLI_OK) {
        status = parse_tier(settings, &native);
    }
    if (status != CLI_OK) {
        cli_unload(out);
        return status;
    }
    out->engine = new_engine(settings, metering, mode, native);
    if (out->engine == NULL) {
        cli_unload(out);
        return cli_fail_memory();
    }
    uint64_t start = cli_clock_us();
    cupel_error_t *error = make_module(out, path);
    out->compile_us = cli_clock_us() - start;
    if (error != NULL) {
        bool is_image = out->is_image && cupel_error_kind(error) == CUPEL_ERROR_IMAGE;
        status = cli_fail(path, error);
        if (is_image) {
            cli_message("%s: neither a WebAssembly binary nor an image of this build, compiled "
                        "with%s --metering and with%s --no-guard-pages",
                        path, metering ? "" : "out", settings->no_guard_pages.given ? "" : "out");
        }
        cli_unload(out);
    }
    return status;
}

enum cli_status cli_load(const struct cli_settings *settings, bool metering, struct cli_module *out)
{
    memset(out, 0, sizeof *out);
    enum cli_status status = cli_read_file(settings->operands[0], &out->bytes, &out->len);
    if (status != CLI_OK) {
        return status;
    }
    out->is_image = looks_like_image(out->bytes, out->len);
    return load(settings, metering, out);
}

enum cli_status cli_open(const struct cli_settings *settings, bool metering, struct cli_module *out)
{
    memset(out, 0, sizeof *out);
    out->is_image = is_image_file(settings->operands[0], &out->len);
    return out->is_image ? load(settings, metering, out) : cli_load(settings, metering, out);
}

void cli_unload(struct cli_module *loaded)
{
    cupel_module_delete(loaded->module);
    cupel_engine_delete(loaded->engine);
    free(loaded->bytes);
    memset(loaded, 0, sizeof *loaded);
}
