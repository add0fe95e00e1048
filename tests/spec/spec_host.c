/* The module "spectest" that the suite's scripts import from. */
#include <string.h>

#include "tests/spec/spec.h"

static cupel_trap_t *print_nothing(void *env, cupel_caller_t *caller, const cupel_val_t *args,
                                   size_t nargs, cupel_val_t *results, size_t nresults)
{
    (void)env, (void)caller, (void)args, (void)nargs, (void)results, (void)nresults;
    return NULL;
}

static cupel_error_t *define_print(cupel_linker_t *linker, const char *name,
                                   const cupel_valkind_t *params, size_t count)
{
    cupel_functype_t *type = cupel_functype_new(params, count, NULL, 0);
    cupel_error_t *error = cupel_linker_func_new(linker, "spectest", 8, name, strlen(name), type,
                                                 print_nothing, NULL, NULL);
    cupel_functype_delete(type);
    return error;
}

static cupel_error_t *define_prints(cupel_linker_t *linker)
{
    static const struct {
        const char *name;
        cupel_valkind_t params[2];
        size_t count;
    } prints[] = {
        {"print", {0}, 0},
        {"print_i32", {CUPEL_I32}, 1},
        {"print_i64", {CUPEL_I64}, 1},
        {"print_f32", {CUPEL_F32}, 1},
        {"print_f64", {CUPEL_F64}, 1},
        {"print_i32_f32", {CUPEL_I32, CUPEL_F32}, 2},
        {"print_f64_f64", {CUPEL_F64, CUPEL_F64}, 2},
    };
    cupel_error_t *error = NULL;
    for (size_t i = 0; error == NULL && i < sizeof prints / sizeof prints[0]; i++) {
        error = define_print(linker, prints[i].name, prints[i].params, prints[i].count);
    }
    return error;
}

static cupel_error_t *define(cupel_linker_t *linker, cupel_context_t *ctx, const char *name,
                             const cupel_extern_t *item)
{
    return cupel_linker_define(linker, ctx, "spectest", 8, name, strlen(name), item);
}

static cupel_error_t *define_globals(cupel_linker_t *linker, cupel_context_t *ctx)
{
    static const struct {
        const char *name;
        cupel_val_t value;
    } globals[] = {
        {"global_i32", {.kind = CUPEL_I32, .of.i32 = 666}},
        {"global_i64", {.kind = CUPEL_I64, .of.i64 = 666}},
        {"global_f32", {.kind = CUPEL_F32, .of.f32 = 666.6f}},
        {"global_f64", {.kind = CUPEL_F64, .of.f64 = 666.6}},
    };
    cupel_error_t *error = NULL;
    for (size_t i = 0; error == NULL && i < sizeof globals / sizeof globals[0]; i++) {
        cupel_globaltype_t type = {globals[i].value.kind, false};
        cupel_extern_t item = {.kind = CUPEL_EXTERN_GLOBAL};
        error = cupel_global_new(ctx, &type, &globals[i].value, &item.of.global);
        if (error == NULL) {
            error = define(linker, ctx, globals[i].name, &item);
        }
    }
    return error;
}

static cupel_error_t *define_table(cupel_linker_t *linker, cupel_context_t *ctx, const char *name,
                                   bool is_64)
{
    cupel_tabletype_t type = {CUPEL_FUNCREF,
                              {.min = 10, .max = 20, .has_max = true, .is_64 = is_64}};
    cupel_val_t null = {.kind = CUPEL_FUNCREF};
    cupel_extern_t item = {.kind = CUPEL_EXTERN_TABLE};
    cupel_error_t *error = cupel_table_new(ctx, &type, &null, &item.of.table);
    return error != NULL ? error : define(linker, ctx, name, &item);
}

cupel_error_t *spec_host_define(cupel_linker_t *linker, cupel_context_t *ctx, enum spec_class class)
{
    cupel_memorytype_t type = {{.min = 1, .max = 2, .has_max = true}, .page_size_log2 = 16};
    cupel_extern_t memory = {.kind = CUPEL_EXTERN_MEMORY};
    cupel_error_t *error = cupel_memory_new(ctx, &type, &memory.of.memory);
    error = error != NULL ? error : define(linker, ctx, "memory", &memory);
    error = error != NULL ? error : define_prints(linker);
    error = error != NULL ? error : define_globals(linker, ctx);
    error = error != NULL ? error : define_table(linker, ctx, "table", false);
    const struct spec_entry memory64 = {.class = CLASS_3_0, .needs = "memory64"};
    if (error == NULL && spec_is_available(&memory64, class)) {
        error = define_table(linker, ctx, "table64", true);
    }
    return error;
}
