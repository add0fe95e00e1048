/* cupel inspect: what a module needs and offers, and where its bytes are. */
#include <inttypes.h>
#include <stdlib.h>

#include "engine/cli/cli_values.h"
#include "engine/cli/inspection.h"

static void print_feature(void *env, const char *name)
{
    (void)env;
    printf(" %s", name);
}

static void print_name(cupel_name_t name)
{
    fwrite(name.data, 1, name.len, stdout);
}

static void print_counts(const struct inspection *in)
{
    const cupel_module_info_t *info = &in->info;
    printf("%s: %zu bytes%s\n", in->path, in->file_bytes, in->is_image ? " (image)" : "");
    fputs("features:", stdout);
    cupel_features_each(info->features, print_feature, NULL);
    printf("\ntypes %" PRIu32 ", functions %" PRIu32 " (%" PRIu32 " imported), tables %" PRIu32
           ", memories %" PRIu32 ", globals %" PRIu32 ", element segments %" PRIu32
           ", data segments %" PRIu32 "\n",
           info->types, info->functions, info->imported_functions, info->tables, info->memories,
           info->globals, info->element_segments, info->data_segments);
    if (info->has_start) {
        printf("start: function %" PRIu32 "\n", info->start);
    }
    printf("code: %zu bytes of WebAssembly, %zu bytes of internal code\n", info->code_bytes,
           info->internal_bytes);
}

void inspection_print_text(const struct inspection *in)
{
    print_counts(in);
    printf("sections: %zu\n", in->section_count);
    for (size_t i = 0; i < in->section_count; i++) {
        const struct section *section = &in->sections[i];
        printf("  0x%06" PRIx64 " %9" PRIu64 " bytes  %s ", section->offset, section->len,
               section->kind);
        print_name(section->name);
        putchar('\n');
    }
    size_t imports = cupel_module_import_count(in->module);
    printf("imports: %zu\n", imports);
    for (size_t i = 0; i < imports; i++) {
        cupel_importtype_t import;
        if (cupel_module_import(in->module, i, &import)) {
            fputs("  ", stdout);
            print_name(import.module);
            fputs("::", stdout);
            print_name(import.name);
            fputs(": ", stdout);
            cli_externtype_print(stdout, &import.type);
            putchar('\n');
        }
    }
    size_t exports = cupel_module_export_count(in->module);
    printf("exports: %zu\n", exports);
    for (size_t i = 0; i < exports; i++) {
        cupel_exporttype_t export;
        if (cupel_module_export(in->module, i, &export)) {
            fputs("  ", stdout);
            print_name(export.name);
            fputs(": ", stdout);
            cli_externtype_print(stdout, &export.type);
            putchar('\n');
        }
    }
}

enum cli_status cmd_inspect(const struct cli_settings *settings)
{
    struct cli_module loaded;
    enum cli_status status = cli_load(settings, false, &loaded);
    if (status != CLI_OK) {
        return status;
    }
    struct inspection in = {.path = settings->operands[0],
                            .module = loaded.module,
                            .is_image = loaded.is_image,
                            .file_bytes = loaded.len};
    cupel_module_info(loaded.module, &in.info);
    if (!loaded.is_image) {
        in.sections = sections_of(loaded.bytes, loaded.len, &in.section_count);
    }
    if (!loaded.is_image && in.sections == NULL) {
        status = cli_fail_memory();
    } else if (settings->json.given) {
        inspection_print_json(&in);
    } else {
        inspection_print_text(&in);
    }
    free(in.sections);
    cli_unload(&loaded);
    return status;
}
