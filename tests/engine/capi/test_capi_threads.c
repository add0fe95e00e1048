/*
 * One module shared by threads, each with stores of its own, and compilation beside them.
 */
#include <pthread.h>
#include <stdlib.h>

#include "tests/engine/capi/capi_tests.h"

#define THREADS 4

struct shared {
    wasm_engine_t *engine;
    wasm_shared_module_t *module;
    wasm_byte_vec_t binary;
    int rounds;
};

static wasm_trap_t *twice(const wasm_val_vec_t *args, wasm_val_vec_t *results)
{
    results->data[0] = i32_val(2 * args->data[0].of.i32);
    return NULL;
}

/* One store's life; false if anything is not as expected. Takes the module over. */
static bool round_trip(wasm_store_t *store, wasm_module_t *module)
{
    wasm_valtype_t *i32 = wasm_valtype_new_i32();
    wasm_functype_t *type = wasm_functype_new_1_1(i32, i32);
    wasm_func_t *host = wasm_func_new(store, type, twice);
    wasm_extern_t *array[] = {wasm_func_as_extern(host)};
    wasm_extern_vec_t imports = WASM_ARRAY_VEC(array), exports;
    wasm_instance_t *instance = wasm_instance_new(store, module, &imports, NULL);
    wasm_instance_exports(instance, &exports);
    wasm_val_t arg = i32_val(21), result = i32_val(0);
    wasm_val_vec_t args = {1, &arg}, results = {1, &result};
    bool ok = exports.size == 1 &&
              !wasm_func_call(wasm_extern_as_func(exports.data[0]), &args, &results) &&
              result.of.i32 == 42;
    wasm_extern_vec_delete(&exports);
    wasm_instance_delete(instance);
    wasm_func_delete(host);
    wasm_functype_delete(type);
    wasm_module_delete(module);
    wasm_store_delete(store);
    return ok;
}

static void *work(void *arg)
{
    struct shared *s = arg;
    for (int i = 0; i < s->rounds; i++) {
        wasm_store_t *store = wasm_store_new(s->engine);
        if (!round_trip(store, wasm_module_obtain(store, s->module)))
            return arg;
        store = wasm_store_new(s->engine);
        if (!round_trip(store, wasm_module_new(store, &s->binary)))
            return arg;
    }
    return NULL;
}

START_TEST(one_module)
{
    struct setup s;
    pthread_t threads[THREADS];
    setup_init(&s);
    wasm_import_func(&s.w, "", "", wasm_type(&s.w, "i", "i"));
    wasm_export_func(&s.w, "f", "i", "i", BYTES(W_LOCAL_GET, 0, W_CALL, 0, W_END));
    struct shared shared = {.engine = s.engine, .rounds = getenv("CUPEL_TEST_QUICK") ? 20 : 200};
    shared.binary = setup_binary(&s);
    wasm_module_t *module = wasm_module_new(s.store, &shared.binary);
    shared.module = wasm_module_share(module);
    wasm_module_delete(module);
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work, &shared), 0);
    for (int i = 0; i < THREADS; i++) {
        void *failed;
        ck_assert_int_eq(pthread_join(threads[i], &failed), 0);
        ck_assert_ptr_null(failed);
    }
    wasm_shared_module_delete(shared.module);
    wasm_byte_vec_delete(&shared.binary);
    setup_fini(&s);
}
END_TEST

void add_capi_threads(TCase *tc)
{
    tcase_add_test(tc, one_module);
}
