/*
 * Globals of the host's and of instances.
 */
#include "tests/engine/capi/capi_tests.h"

static wasm_val_t get(const wasm_global_t *global)
{
    wasm_val_t value;
    wasm_global_get(global, &value);
    return value;
}

static wasm_global_t *make(struct setup *s, wasm_valkind_t kind, wasm_mutability_t mutability,
                           wasm_val_t value)
{
    wasm_globaltype_t *type = globaltype_of(kind, mutability);
    wasm_global_t *global = wasm_global_new(s->store, type, &value);
    wasm_globaltype_delete(type);
    return global;
}

START_TEST(variables)
{
    struct setup s;
    setup_init(&s);
    wasm_global_t *global = make(&s, WASM_I64, WASM_VAR, (wasm_val_t)WASM_I64_VAL(1));
    wasm_extern_t *imports[] = {wasm_global_as_extern(global)};
    wasm_import_global(&s.w, "", "", 'I', true);
    wasm_export(&s.w, "again", CUPEL_EXTERN_GLOBAL, 0);
    wasm_export_func(&s.w, "set", "I", "", BYTES(W_LOCAL_GET, 0, W_GLOBAL_SET, 0, W_END));
    wasm_instance_t *instance = setup_instantiate(&s, imports, 1);
    wasm_func_t *set = take_func(instance, 1);
    wasm_extern_t *again = take_export(instance, 0);
    ck_assert(wasm_global_same(wasm_extern_as_global(again), global));
    call(set, 1, (wasm_val_t)WASM_I64_VAL(5));
    ck_assert_int_eq(get(global).of.i64, 5);
    wasm_val_t six = WASM_I64_VAL(6);
    wasm_global_set(wasm_extern_as_global(again), &six);
    ck_assert_int_eq(get(global).of.i64, 6);
    wasm_globaltype_t *type = wasm_global_type(global);
    ck_assert_uint_eq(wasm_valtype_kind(wasm_globaltype_content(type)), WASM_I64);
    ck_assert_uint_eq(wasm_globaltype_mutability(type), WASM_VAR);
    wasm_globaltype_delete(type);
    wasm_extern_delete(again);
    wasm_func_delete(set);
    wasm_global_delete(global);
    wasm_instance_delete(instance);
    setup_fini(&s);
}
END_TEST

START_TEST(unchanged)
{
    struct setup s;
    setup_init(&s);
    wasm_global_t *constant = make(&s, WASM_I32, WASM_CONST, i32_val(1));
    wasm_global_t *variable = make(&s, WASM_I32, WASM_VAR, i32_val(1));
    wasm_val_t two = i32_val(2), other = WASM_F32_VAL(2), ref = ref_val(NULL);
    wasm_global_set(constant, &two);
    wasm_global_set(variable, &other);
    wasm_global_set(variable, &ref);
    wasm_global_set(variable, NULL);
    wasm_global_set(NULL, &two);
    ck_assert_int_eq(get(constant).of.i32, 1);
    ck_assert_int_eq(get(variable).of.i32, 1);
    ck_assert_uint_eq(get(NULL).kind, WASM_I32);
    ck_assert_ptr_null(wasm_global_type(NULL));
    wasm_global_delete(constant);
    wasm_global_delete(variable);
    setup_fini(&s);
}
END_TEST

START_TEST(references)
{
    struct setup s, t;
    setup_init(&s);
    setup_init(&t);
    wasm_foreign_t *foreign = wasm_foreign_new(s.store), *there = wasm_foreign_new(t.store);
    wasm_func_t *func = host_func(&s, "", "", do_nothing, NULL);
    wasm_global_t *externref =
        make(&s, WASM_EXTERNREF, WASM_VAR, ref_val(wasm_foreign_as_ref(foreign)));
    wasm_global_t *funcref = make(&s, WASM_FUNCREF, WASM_VAR, ref_val(NULL));
    wasm_val_t v = get(externref), f = ref_val(wasm_func_as_ref(func)),
               not_here = ref_val(wasm_foreign_as_ref(there));
    ck_assert_uint_eq(v.kind, WASM_EXTERNREF);
    ck_assert(wasm_ref_same(v.of.ref, wasm_foreign_as_ref(foreign)));
    wasm_global_set(funcref, &v); /* no function */
    wasm_global_set(externref, &not_here);
    wasm_val_delete(&v);
    v = get(funcref);
    ck_assert(v.kind == WASM_FUNCREF && !v.of.ref);
    v = get(externref);
    ck_assert(wasm_ref_same(v.of.ref, wasm_foreign_as_ref(foreign)));
    wasm_val_delete(&v);
    wasm_global_set(funcref, &f);
    v = get(funcref);
    ck_assert(wasm_ref_same(v.of.ref, f.of.ref));
    wasm_val_delete(&v);
    wasm_global_delete(externref);
    wasm_global_delete(funcref);
    wasm_func_delete(func);
    wasm_foreign_delete(foreign);
    wasm_foreign_delete(there);
    setup_fini(&s);
    setup_fini(&t);
}
END_TEST

START_TEST(refused)
{
    struct setup s;
    setup_init(&s);
    wasm_globaltype_t *type = globaltype_of(WASM_I32, WASM_VAR);
    wasm_val_t one = i32_val(1);
    ck_assert_ptr_null(wasm_global_new(NULL, type, &one));
    ck_assert_ptr_null(wasm_global_new(s.store, NULL, &one));
    ck_assert_ptr_null(wasm_global_new(s.store, type, NULL));
    ck_assert_ptr_null(make(&s, WASM_F64, WASM_VAR, one));
    ck_assert_ptr_null(make(&s, WASM_EXTERNREF, WASM_VAR, one));
    wasm_globaltype_delete(type);
    setup_fini(&s);
}
END_TEST

void add_capi_global(TCase *tc)
{
    tcase_add_test(tc, variables);
    tcase_add_test(tc, unchanged);
    tcase_add_test(tc, references);
    tcase_add_test(tc, refused);
}
