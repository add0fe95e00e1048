/*
 * cupel compile and cupel validate: the pipeline without running anything. The image is written
 * beside its destination and renamed, so that a failure never leaves half of one behind.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/cli/cli.h"

static bool write_all(const char *path, const cupel_bytes_t *bytes)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        return false;
    }
    bool ok = fwrite(bytes->data, 1, bytes->len, file) == bytes->len;
    return fclose(file) == 0 && ok;
}

static enum cli_status write_image(const char *path, const cupel_bytes_t *image)
{
    size_t size = strlen(path) + 32;
    char *temporary = malloc(size);
    if (temporary == NULL) {
        return cli_fail_memory();
    }
    snprintf(temporary, size, "%s.%ld.tmp", path, (long)getpid());
    enum cli_status status = CLI_OK;
    if (!write_all(temporary, image) || rename(temporary, path) != 0) {
        cli_message("%s: %s", path, strerror(errno));
        remove(temporary);
        status = CLI_FAILED;
    }
    free(temporary);
    return status;
}

enum cli_status cmd_compile(const struct cli_settings *settings)
{
    if (!settings->output.given) {
        cli_message("compile: -o IMAGE is missing");
        return CLI_USAGE;
    }
    struct cli_module loaded;
    enum cli_status status = cli_load(settings, settings->metering.given, &loaded);
    if (status != CLI_OK) {
        return status;
    }
    cupel_bytes_t image = {0};
    cupel_error_t *error = cupel_module_serialize(loaded.module, &image);
    if (error != NULL) {
        status = cli_fail(settings->operands[0], error);
    } else {
        status = write_image(settings->output.text, &image);
        cupel_bytes_delete(&image);
    }
    cli_unload(&loaded);
    return status;
}

static enum cli_status validate_file(cupel_engine_t *engine, const char *path)
{
    uint8_t *bytes;
    size_t len;
    enum cli_status status = cli_read_file(path, &bytes, &len);
    if (status != CLI_OK) {
        return status;
    }
    cupel_error_t *error = cupel_module_validate(engine, bytes, len);
    free(bytes);
    if (error != NULL) {
        return cli_fail(path, error);
    }
    printf("%s: valid\n", path);
    return CLI_OK;
}

enum cli_status cmd_validate(const struct cli_settings *settings)
{
    cupel_engine_t *engine = cupel_engine_new();
    if (engine == NULL) {
        return cli_fail_memory();
    }
    enum cli_status status = CLI_OK;
    for (int i = 0; i < settings->operand_count; i++) {
        if (validate_file(engine, settings->operands[i]) != CLI_OK) {
            status = CLI_FAILED;
        }
    }
    cupel_engine_delete(engine);
    return status;
}
