/*
 * What all tests of the runtime share; see the header.
 */
#include "tests/engine/runtime/runtime_fixture.h"

#include <stdlib.h>
#include <string.h>

void world_init_limits(struct world *t, unsigned flags, const cupel_store_limits_t *limits)
{
    cupel_config_t *config = cupel_config_new();
    ck_assert_ptr_nonnull(config);
    cupel_config_set_consume_fuel(config, flags & WORLD_METERED);
    cupel_config_set_guard_pages(config, !(flags & WORLD_CHECKED));
    if (flags & WORLD_LAZY)
        cupel_config_set_compilation_mode(config, CUPEL_COMPILE_LAZY);
    memset(t, 0, sizeof *t);
    wasm_init(&t->w);
    t->engine = cupel_engine_new_with_config(config);
    ck_assert_ptr_nonnull(t->engine);
    t->store = cupel_store_new(t->engine, NULL, NULL);
    ck_assert_ptr_nonnull(t->store);
    if (limits)
        must(cupel_store_set_limits(t->store, limits));
    t->ctx = cupel_store_context(t->store);
    if (flags & WORLD_METERED)
        must(cupel_context_set_fuel(t->ctx, UINT64_C(1) << 40));
}

void world_init(struct world *t, unsigned flags)
{
    world_init_limits(t, flags, NULL);
}

void world_fini(struct world *t)
{
    wasm_fini(&t->w);
    cupel_store_delete(t->store);
    cupel_engine_delete(t->engine);
}

cupel_module_t *world_compile(struct world *t)
{
    cupel_module_t *module;
    size_t len;
    const uint8_t *bytes = wasm_finish(&t->w, &len);
    must(cupel_module_new(t->engine, bytes, len, &module));
    wasm_fini(&t->w);
    return module;
}

cupel_instance_t world_instantiate(struct world *t, const cupel_extern_t *imports, size_t n)
{
    cupel_module_t *module = world_compile(t);
    cupel_instance_t instance;
    cupel_trap_t *trap;
    must(cupel_instance_new(t->ctx, module, imports, n, &instance, &trap));
    ck_assert_ptr_null(trap);
    cupel_module_delete(module);
    return instance;
}

cupel_error_t *world_refused(struct world *t, const cupel_extern_t *imports, size_t n)
{
    cupel_module_t *module = world_compile(t);
    cupel_instance_t instance;
    cupel_trap_t *trap;
    cupel_error_t *error = cupel_instance_new(t->ctx, module, imports, n, &instance, &trap);
    ck_assert_ptr_nonnull(error);
    ck_assert_ptr_null(trap);
    ck_assert_uint_eq(instance.store_id, 0);
    cupel_module_delete(module);
    return error;
}

cupel_trap_t *world_trapped(struct world *t, const cupel_extern_t *imports, size_t n)
{
    cupel_module_t *module = world_compile(t);
    cupel_instance_t instance;
    cupel_trap_t *trap;
    must(cupel_instance_new(t->ctx, module, imports, n, &instance, &trap));
    ck_assert_ptr_nonnull(trap);
    ck_assert_uint_eq(instance.store_id, 0);
    cupel_module_delete(module);
    return trap;
}

cupel_extern_t get_export(struct world *t, cupel_instance_t instance, const char *name)
{
    cupel_extern_t item;
    ck_assert_msg(cupel_instance_get_export(t->ctx, instance, name, strlen(name), &item),
                  "there is no export \"%s\"", name);
    return item;
}

cupel_func_t get_func(struct world *t, cupel_instance_t instance, const char *name)
{
    cupel_extern_t item = get_export(t, instance, name);
    ck_assert_int_eq(item.kind, CUPEL_EXTERN_FUNC);
    return item.of.func;
}

static cupel_error_t *call(struct world *t, cupel_func_t func, size_t nargs, const int32_t *args,
                           cupel_val_t *result, cupel_trap_t **trap)
{
    cupel_val_t vals[16];
    ck_assert_uint_le(nargs, 16);
    for (size_t i = 0; i < nargs; i++)
        vals[i] = val_i32(args[i]);
    *result = val_i32(0);
    return cupel_func_call(t->ctx, func, vals, nargs, result, 1, trap);
}

int32_t call_i32(struct world *t, cupel_func_t func, size_t nargs, const int32_t *args)
{
    cupel_val_t result;
    cupel_trap_t *trap;
    must(call(t, func, nargs, args, &result, &trap));
    if (trap)
        ck_abort_msg("trap: %s", cupel_trap_message(trap));
    ck_assert_int_eq(result.kind, CUPEL_I32);
    return result.of.i32;
}

cupel_trap_t *call_trap(struct world *t, cupel_func_t func, size_t nargs, const int32_t *args)
{
    cupel_val_t result;
    cupel_trap_t *trap;
    must(call(t, func, nargs, args, &result, &trap));
    ck_assert_ptr_nonnull(trap);
    return trap;
}

static size_t kinds(const char *letters, cupel_valkind_t *out)
{
    static const char all[] = "iIfFvre";
    size_t n = strlen(letters);
    for (size_t i = 0; i < n; i++)
        out[i] = (cupel_valkind_t)(strchr(all, letters[i]) - all);
    return n;
}

cupel_functype_t *functype_of(const char *params, const char *results)
{
    cupel_valkind_t p[32], r[32];
    size_t np = kinds(params, p), nr = kinds(results, r);
    cupel_functype_t *type = cupel_functype_new(p, np, r, nr);
    ck_assert_ptr_nonnull(type);
    return type;
}

cupel_func_t host_func(struct world *t, const char *params, const char *results,
                       cupel_callback_t callback, void *env)
{
    cupel_functype_t *type = functype_of(params, results);
    cupel_func_t func;
    must(cupel_func_new(t->ctx, type, callback, env, NULL, &func));
    cupel_functype_delete(type);
    return func;
}

cupel_extern_t extern_func(cupel_func_t func)
{
    return (cupel_extern_t){.kind = CUPEL_EXTERN_FUNC, .of.func = func};
}

cupel_val_t val_i32(int32_t v)
{
    return (cupel_val_t){.kind = CUPEL_I32, .of.i32 = v};
}

cupel_val_t val_null(cupel_valkind_t kind)
{
    return (cupel_val_t){.kind = kind};
}

void must(cupel_error_t *error)
{
    if (error)
        ck_abort_msg("%s: %s", cupel_errorkind_name(cupel_error_kind(error)),
                     cupel_error_message(error));
}

void expect_error(cupel_error_t *error, cupel_errorkind_t kind, const char *text)
{
    ck_assert_ptr_nonnull(error);
    ck_assert_msg(cupel_error_kind(error) == kind && strstr(cupel_error_message(error), text),
                  "%s: %s", cupel_errorkind_name(cupel_error_kind(error)),
                  cupel_error_message(error));
    cupel_error_delete(error);
}

void expect_limit(cupel_error_t *error, const char *limit)
{
    ck_assert_ptr_nonnull(error);
    ck_assert_str_eq(cupel_error_limit(error), limit);
    expect_error(error, CUPEL_ERROR_LIMIT, "");
}

void expect_trap(cupel_trap_t *trap, cupel_trapcode_t code, const char *limit)
{
    ck_assert_ptr_nonnull(trap);
    ck_assert_str_eq(cupel_trapcode_name(cupel_trap_code(trap)), cupel_trapcode_name(code));
    ck_assert_str_eq(cupel_trap_limit(trap), limit);
    cupel_trap_delete(trap);
}

bool is_zero(const uint8_t *data, size_t from, size_t to)
{
    while (from < to && data[from] == 0)
        from++;
    return from >= to;
}

void count_run(void *data)
{
    ++*(int *)data;
}
