/* The findings of `cupel inspect --json`: one object, one line. Types are given by their parts, not
 * as text. */
#include <string.h>

#include "engine/cli/cli_json.h"
#include "engine/cli/inspection.h"

static void write_text(struct json_writer *json, const char *key, const char *text)
{
    json_string(json, key, text, strlen(text));
}

static void write_feature(void *env, const char *name)
{
    write_text(env, NULL, name);
}

static void write_kinds(struct json_writer *json, const char *key, const cupel_valkind_t *kinds,
                        size_t count)
{
    json_begin(json, key, '[');
    for (size_t i = 0; i < count; i++) {
        write_text(json, NULL, cupel_valkind_name(kinds[i]));
    }
    json_end(json, ']');
}

static void write_limits(struct json_writer *json, const cupel_limits_t *limits)
{
    json_number(json, "minimum", limits->min);
    if (limits->has_max) {
        json_number(json, "maximum", limits->max);
    }
    json_bool(json, "is_64", limits->is_64);
}

/* The members that tell an external type; the caller has opened the object. */
static void write_type(struct json_writer *json, const cupel_externtype_t *type)
{
    write_text(json, "kind", cupel_externkind_name(type->kind));
    switch (type->kind) {
    case CUPEL_EXTERN_FUNC: {
        size_t count;
        const cupel_valkind_t *kinds = cupel_functype_params(type->of.func, &count);
        write_kinds(json, "params", kinds, count);
        kinds = cupel_functype_results(type->of.func, &count);
        write_kinds(json, "results", kinds, count);
        return;
    }
    case CUPEL_EXTERN_TABLE:
        write_text(json, "element", cupel_valkind_name(type->of.table.element));
        write_limits(json, &type->of.table.limits);
        return;
    case CUPEL_EXTERN_MEMORY:
        write_limits(json, &type->of.memory.limits);
        json_number(json, "page_size_log2", type->of.memory.page_size_log2);
        return;
    case CUPEL_EXTERN_GLOBAL:
        write_text(json, "content", cupel_valkind_name(type->of.global.content));
        json_bool(json, "mutable", type->of.global.is_mutable);
        return;
    }
}

static void write_counts(struct json_writer *json, const struct inspection *in)
{
    const cupel_module_info_t *info = &in->info;
    write_text(json, "file", in->path);
    json_bool(json, "image", in->is_image);
    json_number(json, "file_bytes", in->file_bytes);
    json_number(json, "code_bytes", info->code_bytes);
    json_number(json, "internal_bytes", info->internal_bytes);
    json_number(json, "types", info->types);
    json_number(json, "functions", info->functions);
    json_number(json, "imported_functions", info->imported_functions);
    json_number(json, "tables", info->tables);
    json_number(json, "memories", info->memories);
    json_number(json, "globals", info->globals);
    json_number(json, "element_segments", info->element_segments);
    json_number(json, "data_segments", info->data_segments);
    if (info->has_start) {
        json_number(json, "start", info->start);
    }
    json_begin(json, "features", '[');
    cupel_features_each(info->features, write_feature, json);
    json_end(json, ']');
}

static void write_sections(struct json_writer *json, const struct inspection *in)
{
    json_begin(json, "sections", '[');
    for (size_t i = 0; i < in->section_count; i++) {
        const struct section *section = &in->sections[i];
        json_begin(json, NULL, '{');
        write_text(json, "kind", section->kind);
        if (section->name.data != NULL) {
            json_string(json, "name", section->name.data, section->name.len);
        }
        json_number(json, "offset", section->offset);
        json_number(json, "bytes", section->len);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void write_imports(struct json_writer *json, const cupel_module_t *module)
{
    json_begin(json, "imports", '[');
    for (size_t i = 0; i < cupel_module_import_count(module); i++) {
        cupel_importtype_t import;
        if (cupel_module_import(module, i, &import)) {
            json_begin(json, NULL, '{');
            json_string(json, "module", import.module.data, import.module.len);
            json_string(json, "name", import.name.data, import.name.len);
            write_type(json, &import.type);
            json_end(json, '}');
        }
    }
    json_end(json, ']');
}

static void write_exports(struct json_writer *json, const cupel_module_t *module)
{
    json_begin(json, "exports", '[');
    for (size_t i = 0; i < cupel_module_export_count(module); i++) {
        cupel_exporttype_t export;
        if (cupel_module_export(module, i, &export)) {
            json_begin(json, NULL, '{');
            json_string(json, "name", export.name.data, export.name.len);
            write_type(json, &export.type);
            json_end(json, '}');
        }
    }
    json_end(json, ']');
}

void inspection_print_json(const struct inspection *in)
{
    struct json_writer json = {.out = stdout};
    json_begin(&json, NULL, '{');
    write_counts(&json, in);
    write_sections(&json, in);
    write_imports(&json, in->module);
    write_exports(&json, in->module);
    json_end(&json, '}');
    fputc('\n', stdout);
}
