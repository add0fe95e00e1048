#include "tests/engine/capi/capi_fixture.h"

void setup_init(struct setup *s)
{
    s->engine = wasm_engine_new();
    s->store = wasm_store_new(s->engine);
    ck_assert_ptr_nonnull(s->store);
    wasm_init(&s->w);
}

void setup_fini(struct setup *s)
{
    wasm_fini(&s->w);
    wasm_store_delete(s->store);
    wasm_engine_delete(s->engine);
}

wasm_byte_vec_t setup_binary(struct setup *s)
{
    wasm_byte_vec_t binary;
    size_t len;
    const uint8_t *bytes = wasm_finish(&s->w, &len);
    wasm_byte_vec_new(&binary, len, (const char *)bytes);
    ck_assert_uint_eq(binary.size, len);
    wasm_fini(&s->w);
    wasm_init(&s->w);
    return binary;
}

wasm_module_t *setup_compile(struct setup *s)
{
    wasm_byte_vec_t binary = setup_binary(s);
    wasm_module_t *module = wasm_module_new(s->store, &binary);
    ck_assert_ptr_nonnull(module);
    wasm_byte_vec_delete(&binary);
    return module;
}

wasm_instance_t *setup_instantiate(struct setup *s, wasm_extern_t *const *imports, size_t n)
{
    wasm_extern_vec_t vec = {n, (wasm_extern_t **)(uintptr_t)imports};
    wasm_trap_t *trap;
    wasm_module_t *module = setup_compile(s);
    wasm_instance_t *instance = wasm_instance_new(s->store, module, &vec, &trap);
    ck_assert_ptr_nonnull(instance);
    ck_assert_ptr_null(trap);
    wasm_module_delete(module);
    return instance;
}

wasm_extern_t *take_export(const wasm_instance_t *instance, size_t i)
{
    wasm_extern_vec_t exports;
    wasm_instance_exports(instance, &exports);
    ck_assert_uint_lt(i, exports.size);
    wasm_extern_t *ext = wasm_extern_copy(exports.data[i]);
    wasm_extern_vec_delete(&exports);
    return ext;
}

wasm_func_t *take_func(const wasm_instance_t *instance, size_t i)
{
    wasm_func_t *func = wasm_extern_as_func(take_export(instance, i));
    ck_assert_ptr_nonnull(func);
    return func;
}

wasm_val_t i32_val(int32_t v)
{
    return (wasm_val_t)WASM_I32_VAL(v);
}

wasm_val_t ref_val(wasm_ref_t *ref)
{
    return (wasm_val_t)WASM_REF_VAL(ref);
}

static wasm_trap_t *call_any(const wasm_func_t *func, size_t nargs, wasm_val_t *arg,
                             wasm_val_t *result)
{
    wasm_val_vec_t args = {nargs, arg}, results = {1, result};
    return wasm_func_call(func, &args, &results);
}

wasm_val_t call(const wasm_func_t *func, size_t nargs, wasm_val_t arg)
{
    wasm_val_t result = WASM_INIT_VAL;
    wasm_trap_t *trap = call_any(func, nargs, &arg, &result);
    ck_assert_ptr_null(trap);
    return result;
}

int32_t call_i32(const wasm_func_t *func, int32_t arg)
{
    wasm_val_t result = call(func, wasm_func_param_arity(func), i32_val(arg));
    ck_assert_uint_eq(result.kind, WASM_I32);
    return result.of.i32;
}

wasm_trap_t *call_trap(const wasm_func_t *func, size_t nargs, wasm_val_t arg)
{
    wasm_val_t result = i32_val(-77);
    wasm_trap_t *trap = call_any(func, nargs, &arg, &result);
    ck_assert_ptr_nonnull(trap);
    ck_assert_int_eq(result.of.i32, -77);
    return trap;
}

void expect_trap(wasm_trap_t *trap, const char *text)
{
    wasm_message_t message;
    ck_assert_ptr_nonnull(trap);
    wasm_trap_message(trap, &message);
    ck_assert_uint_eq(message.size, strlen(message.data) + 1);
    ck_assert_msg(strstr(message.data, text), "\"%s\" has no \"%s\"", message.data, text);
    wasm_name_delete(&message);
    wasm_trap_delete(trap);
}

static wasm_valtype_vec_t valtypes_of(const char *letters)
{
    static const char known[] = "iIfFer";
    static const wasm_valkind_t kinds[] = {WASM_I32, WASM_I64,       WASM_F32,
                                           WASM_F64, WASM_EXTERNREF, WASM_FUNCREF};
    wasm_valtype_vec_t types;
    wasm_valtype_vec_new_uninitialized(&types, strlen(letters));
    ck_assert_uint_eq(types.size, strlen(letters));
    for (size_t i = 0; i < types.size; i++)
        types.data[i] = wasm_valtype_new(kinds[strchr(known, letters[i]) - known]);
    return types;
}

wasm_functype_t *functype_of(const char *params, const char *results)
{
    wasm_valtype_vec_t p = valtypes_of(params), r = valtypes_of(results);
    wasm_functype_t *type = wasm_functype_new(&p, &r);
    ck_assert_ptr_nonnull(type);
    return type;
}

wasm_func_t *host_func(struct setup *s, const char *params, const char *results,
                       wasm_func_callback_with_env_t callback, void *env)
{
    wasm_functype_t *type = functype_of(params, results);
    wasm_func_t *func = wasm_func_new_with_env(s->store, type, callback, env, NULL);
    ck_assert_ptr_nonnull(func);
    wasm_functype_delete(type);
    return func;
}

wasm_trap_t *do_nothing(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results)
{
    (void)env, (void)args, (void)results;
    return NULL;
}

wasm_trap_t *echo(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results)
{
    (void)env;
    wasm_val_copy(&results->data[0], &args->data[0]);
    return NULL;
}

wasm_globaltype_t *globaltype_of(wasm_valkind_t kind, wasm_mutability_t mutability)
{
    wasm_globaltype_t *type = wasm_globaltype_new(wasm_valtype_new(kind), mutability);
    ck_assert_ptr_nonnull(type);
    return type;
}

wasm_name_t name_of(const char *text)
{
    wasm_name_t name;
    wasm_name_new_from_string(&name, text);
    return name;
}

bool is_name(const wasm_name_t *name, const char *text)
{
    return name->size == strlen(text) && (!name->size || !memcmp(name->data, text, name->size));
}

void count_run(void *data)
{
    ++*(int *)data;
}
