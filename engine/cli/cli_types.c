/* Types as text, for people and, as strings, for JSON. */
#include <inttypes.h>

#include "engine/cli/cli_values.h"

static void print_kinds(FILE *out, const cupel_valkind_t *kinds, size_t count)
{
    fputc('(', out);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%s%s", i > 0 ? ", " : "", cupel_valkind_name(kinds[i]));
    }
    fputc(')', out);
}

void cli_functype_print(FILE *out, const cupel_functype_t *type)
{
    size_t count;
    const cupel_valkind_t *kinds = cupel_functype_params(type, &count);
    print_kinds(out, kinds, count);
    fputs(" -> ", out);
    kinds = cupel_functype_results(type, &count);
    print_kinds(out, kinds, count);
}

static void print_limits(FILE *out, const cupel_limits_t *limits)
{
    fprintf(out, "%s%" PRIu64 "..", limits->is_64 ? "i64 " : "", limits->min);
    if (limits->has_max) {
        fprintf(out, "%" PRIu64, limits->max);
    }
}

void cli_externtype_print(FILE *out, const cupel_externtype_t *type)
{
    fprintf(out, "%s ", cupel_externkind_name(type->kind));
    switch (type->kind) {
    case CUPEL_EXTERN_FUNC:
        cli_functype_print(out, type->of.func);
        return;
    case CUPEL_EXTERN_TABLE:
        print_limits(out, &type->of.table.limits);
        fprintf(out, " %s", cupel_valkind_name(type->of.table.element));
        return;
    case CUPEL_EXTERN_MEMORY:
        print_limits(out, &type->of.memory.limits);
        fprintf(out, " pages");
        if (type->of.memory.page_size_log2 != 16) {
            fprintf(out, " of %" PRIu64 " bytes", UINT64_C(1) << type->of.memory.page_size_log2);
        }
        return;
    case CUPEL_EXTERN_GLOBAL:
        fprintf(out, "%s%s", type->of.global.is_mutable ? "mut " : "",
                cupel_valkind_name(type->of.global.content));
        return;
    }
}
