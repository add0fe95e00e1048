/*
 * Configurations, engines and stores, and what is left when a store goes.
 */
#include "tests/engine/capi/capi_tests.h"

START_TEST(engines)
{
    wasm_config_delete(wasm_config_new());
    wasm_config_delete(NULL);
    wasm_engine_delete(NULL);
    wasm_store_delete(NULL);
    ck_assert_ptr_null(wasm_engine_new_with_config(NULL));
    ck_assert_ptr_null(wasm_store_new(NULL));
    wasm_engine_t *a = wasm_engine_new(), *b = wasm_engine_new_with_config(wasm_config_new());
    ck_assert_ptr_nonnull(a);
    ck_assert_ptr_nonnull(b);
    wasm_store_t *store = wasm_store_new(b);
    wasm_engine_delete(a);
    wasm_engine_delete(b);
    wasm_foreign_t *foreign = wasm_foreign_new(store); /* the engine is still there */
    ck_assert_ptr_nonnull(foreign);
    wasm_foreign_delete(foreign);
    wasm_store_delete(store);
}
END_TEST

/* One object of each kind. */
struct everything {
    wasm_module_t *module;
    wasm_instance_t *instance;
    wasm_func_t *func, *host;
    wasm_global_t *global;
    wasm_table_t *table;
    wasm_memory_t *memory;
    wasm_foreign_t *foreign;
    wasm_trap_t *trap;
    wasm_extern_t *ext;
};

static void make_everything(struct setup *s, struct everything *e)
{
    wasm_export_func(&s->w, "f", "", "", BYTES(W_UNREACHABLE, W_END));
    wasm_global(&s->w, 'i', true, BYTES(W_I32_CONST, 3, W_END));
    wasm_export(&s->w, "g", CUPEL_EXTERN_GLOBAL, 0);
    wasm_export(&s->w, "t", CUPEL_EXTERN_TABLE, wasm_table(&s->w, 'e', 2, 5));
    wasm_export(&s->w, "m", CUPEL_EXTERN_MEMORY, wasm_memory(&s->w, 1, 5));
    wasm_extern_vec_t none = WASM_EMPTY_VEC;
    e->module = setup_compile(s);
    e->instance = wasm_instance_new(s->store, e->module, &none, NULL);
    e->func = take_func(e->instance, 0);
    e->global = wasm_extern_as_global(take_export(e->instance, 1));
    e->table = wasm_extern_as_table(take_export(e->instance, 2));
    e->memory = wasm_extern_as_memory(take_export(e->instance, 3));
    e->ext = take_export(e->instance, 3);
    e->host = host_func(s, "", "", do_nothing, NULL);
    e->foreign = wasm_foreign_new(s->store);
    e->trap = call_trap(e->func, 0, ref_val(NULL));
}

static void delete_everything(struct everything *e)
{
    wasm_module_delete(e->module);
    wasm_instance_delete(e->instance);
    wasm_func_delete(e->func);
    wasm_func_delete(e->host);
    wasm_global_delete(e->global);
    wasm_table_delete(e->table);
    wasm_memory_delete(e->memory);
    wasm_foreign_delete(e->foreign);
    wasm_trap_delete(e->trap);
    wasm_extern_delete(e->ext);
}

static void check_ended_values(struct everything *e)
{
    wasm_val_t value = i32_val(7);
    expect_trap(call_trap(e->func, 0, value), "the function's store was deleted");
    expect_trap(call_trap(e->host, 0, value), "the function's store was deleted");
    wasm_global_set(e->global, &value);
    wasm_global_get(e->global, &value);
    ck_assert_uint_eq(value.kind, WASM_I32);
    ck_assert_int_eq(value.of.i32, 0);
    ck_assert_ptr_null(wasm_global_type(e->global));
    ck_assert_ptr_null(wasm_table_type(e->table));
    ck_assert_ptr_null(wasm_memory_type(e->memory));
    ck_assert_ptr_null(wasm_extern_type(e->ext));
    ck_assert_uint_eq(wasm_func_param_arity(e->func), 0);
    ck_assert_uint_eq(wasm_table_size(e->table), 0);
    ck_assert_ptr_null(wasm_table_get(e->table, 0));
    ck_assert(!wasm_table_set(e->table, 0, NULL));
    ck_assert(!wasm_table_grow(e->table, 1, NULL));
    ck_assert_uint_eq(wasm_memory_size(e->memory), 0);
    ck_assert_uint_eq(wasm_memory_data_size(e->memory), 0);
    ck_assert_ptr_null(wasm_memory_data(e->memory));
    ck_assert(!wasm_memory_grow(e->memory, 0));
}

static void check_ended_rest(struct everything *e)
{
    wasm_extern_vec_t exports;
    wasm_exporttype_vec_t types;
    wasm_frame_vec_t trace;
    wasm_instance_exports(e->instance, &exports);
    ck_assert_uint_eq(exports.size, 0);
    wasm_module_exports(e->module, &types); /* a module is whole as it is */
    ck_assert_uint_eq(types.size, 4);
    wasm_exporttype_vec_delete(&types);
    wasm_shared_module_t *shared = wasm_module_share(e->module);
    ck_assert_ptr_nonnull(shared);
    wasm_shared_module_delete(shared);
    wasm_trap_trace(e->trap, &trace);
    ck_assert_uint_eq(trace.size, 1);
    ck_assert_ptr_null(wasm_frame_instance(trace.data[0]));
    ck_assert_uint_eq(wasm_frame_func_offset(trace.data[0]), 1);
    wasm_frame_vec_delete(&trace);
    expect_trap(wasm_trap_copy(e->trap), "unreachable");
    wasm_memory_t *copy = wasm_memory_copy(e->memory);
    ck_assert(wasm_memory_same(copy, wasm_extern_as_memory(e->ext)));
    wasm_memory_delete(copy);
}

/* References outlive their store and do no harm. */
START_TEST(references_are_left)
{
    struct setup s;
    struct everything e;
    int runs = 0;
    setup_init(&s);
    make_everything(&s, &e);
    wasm_memory_set_host_info_with_finalizer(e.memory, &runs, count_run);
    wasm_foreign_set_host_info_with_finalizer(e.foreign, &runs, count_run);
    wasm_trap_set_host_info_with_finalizer(e.trap, &runs, count_run);
    wasm_module_set_host_info_with_finalizer(e.module, &runs, count_run);
    wasm_fini(&s.w);
    wasm_store_delete(s.store);
    wasm_engine_delete(s.engine);
    ck_assert_int_eq(runs, 4);
    ck_assert_ptr_null(wasm_memory_get_host_info(e.memory));
    check_ended_values(&e);
    check_ended_rest(&e);
    wasm_func_set_host_info_with_finalizer(e.func, &runs, count_run); /* goes with the reference */
    delete_everything(&e);
    ck_assert_int_eq(runs, 5);
}
END_TEST

struct last {
    wasm_store_t *store;
    wasm_func_t *func;
    wasm_memory_t *memory;
    int runs;
};

static void finish(void *data)
{
    struct last *last = data;
    wasm_trap_t *trap;
    wasm_extern_vec_t none = WASM_EMPTY_VEC;
    wasm_byte_vec_t nothing = WASM_EMPTY_VEC;
    ck_assert_ptr_null(wasm_memory_data(last->memory));
    expect_trap(call_trap(last->func, 0, ref_val(NULL)), "deleted");
    ck_assert_ptr_null(wasm_module_new(last->store, &nothing));
    ck_assert(!wasm_module_validate(last->store, &nothing));
    ck_assert_ptr_null(wasm_module_deserialize(last->store, &nothing));
    ck_assert_ptr_null(wasm_instance_new(last->store, NULL, &none, &trap));
    ck_assert_ptr_null(wasm_global_new(last->store, NULL, NULL));
    ck_assert_ptr_null(wasm_func_new(last->store, NULL, NULL));
    wasm_foreign_t *foreign = wasm_foreign_new(last->store);
    wasm_foreign_set_host_info_with_finalizer(foreign, &last->runs, count_run);
    wasm_foreign_delete(foreign);
    wasm_store_delete(last->store); /* it is being deleted already */
    wasm_memory_delete(last->memory);
    wasm_func_delete(last->func);
    last->runs++;
}

/* A host function owns references into its own store; its finalizer gives them back, and tries
 * everything else. */
START_TEST(finalizers_run_in_a_store_that_ended)
{
    struct setup s;
    struct last last = {0};
    setup_init(&s);
    wasm_memorytype_t *memtype = wasm_memorytype_new(&(wasm_limits_t){1, 1});
    wasm_functype_t *type = wasm_functype_new_0_0();
    last.store = s.store;
    last.memory = wasm_memory_new(s.store, memtype);
    last.func = wasm_func_new_with_env(s.store, type, do_nothing, &last, finish);
    ck_assert_ptr_nonnull(last.func);
    wasm_functype_delete(type);
    wasm_memorytype_delete(memtype);
    setup_fini(&s);
    ck_assert_int_eq(last.runs, 2);
}
END_TEST

static wasm_trap_t *delete_store(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results)
{
    struct setup *s = env;
    (void)args, (void)results;
    wasm_store_delete(s->store);
    wasm_foreign_t *foreign = wasm_foreign_new(s->store); /* not gone yet */
    ck_assert_ptr_nonnull(foreign);
    results->data[0] = ref_val(wasm_foreign_as_ref(foreign));
    return NULL;
}

START_TEST(deleted_while_it_runs)
{
    struct setup s;
    setup_init(&s);
    wasm_func_t *host = host_func(&s, "", "e", delete_store, &s);
    wasm_extern_t *imports[] = {wasm_func_as_extern(host)};
    wasm_import_func(&s.w, "", "", wasm_type(&s.w, "", "e"));
    wasm_export_func(&s.w, "f", "", "e", BYTES(W_CALL, 0, W_END));
    wasm_instance_t *instance = setup_instantiate(&s, imports, 1);
    wasm_func_t *func = take_func(instance, 0);
    wasm_val_t result = call(func, 0, ref_val(NULL));
    ck_assert_ptr_nonnull(wasm_ref_as_foreign(result.of.ref));
    expect_trap(call_trap(func, 0, ref_val(NULL)), "deleted");
    wasm_val_delete(&result);
    wasm_func_delete(func);
    wasm_func_delete(host);
    wasm_instance_delete(instance);
    wasm_fini(&s.w);
    wasm_engine_delete(s.engine);
}
END_TEST

void add_capi_store(TCase *tc)
{
    tcase_add_test(tc, engines);
    tcase_add_test(tc, references_are_left);
    tcase_add_test(tc, finalizers_run_in_a_store_that_ended);
    tcase_add_test(tc, deleted_while_it_runs);
}
