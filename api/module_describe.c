/*
 * The two halves of the metadata are both objects; joining them is cutting the braces between them,
 * so that answering a question about a module parses nothing.
 */
#include "api/module_describe.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static void write_kinds(const cupel_valkind_t *kinds, size_t count, struct json_out *out)
{
    size_t i;

    json_out_array_begin(out);
    for (i = 0; i < count; i++) {
        json_out_cstr(out, cupel_valkind_name(kinds[i]));
    }
    json_out_array_end(out);
}

static void write_limits(const cupel_limits_t *limits, struct json_out *out)
{
    json_out_member_u64(out, "min", limits->min);
    if (limits->has_max) {
        json_out_member_u64(out, "max", limits->max);
    }
    if (limits->is_64) {
        json_out_member_bool(out, "is_64", true);
    }
}

static void write_functype(const cupel_functype_t *type, struct json_out *out)
{
    const cupel_valkind_t *kinds;
    size_t count;

    kinds = cupel_functype_params(type, &count);
    json_out_key(out, "params");
    write_kinds(kinds, count, out);
    kinds = cupel_functype_results(type, &count);
    json_out_key(out, "results");
    write_kinds(kinds, count, out);
}

void module_describe_type(const cupel_externtype_t *type, struct json_out *out)
{
    json_out_object_begin(out);
    switch (type->kind) {
    case CUPEL_EXTERN_FUNC:
        write_functype(type->of.func, out);
        break;
    case CUPEL_EXTERN_TABLE:
        json_out_member_cstr(out, "element", cupel_valkind_name(type->of.table.element));
        write_limits(&type->of.table.limits, out);
        break;
    case CUPEL_EXTERN_MEMORY:
        write_limits(&type->of.memory.limits, out);
        json_out_member_u64(out, "page_size", (uint64_t)1 << type->of.memory.page_size_log2);
        break;
    case CUPEL_EXTERN_GLOBAL:
        json_out_member_cstr(out, "content", cupel_valkind_name(type->of.global.content));
        json_out_member_bool(out, "mutable", type->of.global.is_mutable);
        break;
    }
    json_out_object_end(out);
}

static void write_imports(const cupel_module_t *module, struct json_out *out)
{
    cupel_importtype_t import;
    size_t i;

    json_out_key(out, "imports");
    json_out_array_begin(out);
    for (i = 0; cupel_module_import(module, i, &import); i++) {
        json_out_object_begin(out);
        json_out_member_str(out, "module", import.module.data, import.module.len);
        json_out_member_str(out, "name", import.name.data, import.name.len);
        json_out_member_cstr(out, "kind", cupel_externkind_name(import.type.kind));
        json_out_key(out, "type");
        module_describe_type(&import.type, out);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void write_exports(const cupel_module_t *module, struct json_out *out)
{
    cupel_exporttype_t export;
    size_t i;

    json_out_key(out, "exports");
    json_out_array_begin(out);
    for (i = 0; cupel_module_export(module, i, &export); i++) {
        json_out_object_begin(out);
        json_out_member_str(out, "name", export.name.data, export.name.len);
        json_out_member_cstr(out, "kind", cupel_externkind_name(export.type.kind));
        json_out_key(out, "type");
        module_describe_type(&export.type, out);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void write_custom_sections(const cupel_module_t *module, struct json_out *out)
{
    cupel_custom_section_t section;
    size_t i;

    json_out_key(out, "custom_sections");
    json_out_array_begin(out);
    for (i = 0; cupel_module_custom_section(module, i, &section); i++) {
        json_out_object_begin(out);
        json_out_member_str(out, "name", section.name.data, section.name.len);
        json_out_member_u64(out, "size", section.len);
        if (section.offset != CUPEL_NO_OFFSET) {
            json_out_member_u64(out, "offset", section.offset);
        }
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void write_feature(void *env, const char *name)
{
    json_out_cstr(env, name);
}

void module_describe(const cupel_module_t *module, uint64_t compile_us, struct json_out *out)
{
    cupel_module_info_t info;

    cupel_module_info(module, &info);
    json_out_object_begin(out);
    json_out_member_u64(out, "compile_us", compile_us);
    json_out_member_u64(out, "code_bytes", info.code_bytes);
    json_out_member_u64(out, "internal_bytes", info.internal_bytes);
    json_out_key(out, "counts");
    json_out_object_begin(out);
    json_out_member_u64(out, "types", info.types);
    json_out_member_u64(out, "functions", info.functions);
    json_out_member_u64(out, "imported_functions", info.imported_functions);
    json_out_member_u64(out, "tables", info.tables);
    json_out_member_u64(out, "memories", info.memories);
    json_out_member_u64(out, "globals", info.globals);
    json_out_member_u64(out, "element_segments", info.element_segments);
    json_out_member_u64(out, "data_segments", info.data_segments);
    json_out_object_end(out);
    if (info.has_start) {
        json_out_member_u64(out, "start", info.start);
    }
    json_out_key(out, "features");
    json_out_array_begin(out);
    cupel_features_each(info.features, write_feature, out);
    json_out_array_end(out);
    write_imports(module, out);
    write_exports(module, out);
    write_custom_sections(module, out);
    json_out_object_end(out);
}

void module_time_text(int64_t ms, char text[MODULE_TIME_SIZE])
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm tm;
    size_t n;

    memset(&tm, 0, sizeof tm);
    gmtime_r(&seconds, &tm);
    n = strftime(text, MODULE_TIME_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(text + n, MODULE_TIME_SIZE - n, ".%03dZ", (int)(ms % 1000));
}

static void write_time(int64_t ms, struct json_out *out)
{
    char text[MODULE_TIME_SIZE];

    module_time_text(ms, text);
    json_out_member_cstr(out, "created", text);
}

/* `names` are those that mean this module now; `versions` is every name@version that does. */
static void write_names(const struct storage_module *module, struct json_out *out)
{
    size_t i;

    json_out_key(out, "names");
    json_out_array_begin(out);
    for (i = 0; i < module->name_count; i++) {
        if (module->names[i].current) {
            json_out_cstr(out, module->names[i].name);
        }
    }
    json_out_array_end(out);
    json_out_key(out, "versions");
    json_out_array_begin(out);
    for (i = 0; i < module->name_count; i++) {
        const struct storage_name *name = &module->names[i];

        json_out_object_begin(out);
        json_out_member_cstr(out, "name", name->name);
        json_out_member_u64(out, "version", name->version);
        json_out_member_bool(out, "current", name->current);
        write_time(name->created_ms, out);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

void module_describe_stored(const struct storage_module *module, struct json_out *out)
{
    char id[STORAGE_ID_TEXT_SIZE];
    const char *lasting = module->metadata.data;
    size_t len = module->metadata.len;

    storage_id_format(&module->id, id);
    json_out_object_begin(out);
    json_out_member_cstr(out, "id", id);
    json_out_member_u64(out, "size", module->len);
    write_time(module->created_ms, out);
    write_names(module, out);
    json_out_member_u64(out, "image_bytes", module->image_bytes);
    if (len > 2 && lasting[0] == '{' && lasting[len - 1] == '}') {
        json_out_raw(out, lasting + 1, len - 2);
    }
    json_out_object_end(out);
}
