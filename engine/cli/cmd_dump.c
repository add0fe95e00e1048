/*
 * cupel dump: the internal code of a module's functions, each under a line with its index and name.
 * A function is chosen by its index or by its name in the name section.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/cli/cli.h"
#include "engine/cli/cli_values.h"

static void print_line(void *env, const char *line)
{
    (void)env;
    printf("  %s\n", line);
}

static enum cli_status dump_function(const cupel_module_t *module, uint32_t index)
{
    cupel_name_t name = cupel_module_func_name(module, index);
    printf("function %" PRIu32, index);
    if (name.len > 0) {
        printf(" <%.*s>", (int)name.len, name.data);
    }
    putchar('\n');
    cupel_error_t *error = cupel_module_dump(module, index, print_line, NULL);
    return error != NULL ? cli_fail("dump", error) : CLI_OK;
}

/* The index of the function that `text` means; functions without code do not count. */
static bool find_function(const cupel_module_t *module, const cupel_module_info_t *info,
                          const char *text, uint32_t *index)
{
    size_t len = strlen(text);
    if (len > 0 && strspn(text, "0123456789") == len) {
        errno = 0;
        unsigned long long number = strtoull(text, NULL, 10);
        *index = (uint32_t)number;
        return errno == 0 && number >= info->imported_functions && number < info->functions;
    }
    for (*index = info->imported_functions; *index < info->functions; ++*index) {
        cupel_name_t name = cupel_module_func_name(module, *index);
        if (name.len == len && memcmp(name.data, text, len) == 0) {
            return true;
        }
    }
    return false;
}

enum cli_status cmd_dump(const struct cli_settings *settings)
{
    struct cli_module loaded;
    enum cli_status status = cli_load(settings, settings->metering.given, &loaded);
    if (status != CLI_OK) {
        return status;
    }
    cupel_module_info_t info;
    cupel_module_info(loaded.module, &info);
    uint32_t first = info.imported_functions;
    uint32_t end = info.functions;
    if (settings->function.given) {
        if (find_function(loaded.module, &info, settings->function.text, &first)) {
            end = first + 1;
        } else {
            cli_message("%s: no function with code is called \"%s\"; indices are %" PRIu32
                        "..%" PRIu32,
                        settings->operands[0], settings->function.text, info.imported_functions,
                        info.functions > 0 ? info.functions - 1 : 0);
            status = CLI_USAGE;
        }
    }
    for (uint32_t i = first; status == CLI_OK && i < end; i++) {
        status = dump_function(loaded.module, i);
    }
    cli_unload(&loaded);
    return status;
}
