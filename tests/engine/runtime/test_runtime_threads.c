/*
 * Threads that share an engine and its modules, each with stores of its own.
 */
#include <pthread.h>
#include <stdlib.h>

#include "tests/engine/runtime/runtime_tests.h"

#define THREADS 4

struct shared {
    cupel_engine_t *engine;
    cupel_module_t *module;
    const uint8_t *bytes;
    size_t len;
    int rounds;
};

/* One store's life; false if anything is not as expected. */
static bool round_trip(cupel_engine_t *engine, cupel_module_t *module)
{
    cupel_store_t *store = cupel_store_new(engine, NULL, NULL);
    cupel_context_t *ctx = cupel_store_context(store);
    cupel_instance_t inst;
    cupel_trap_t *trap = NULL;
    cupel_extern_t f;
    cupel_val_t arg = val_i32(20), result = val_i32(0);
    cupel_error_t *error = cupel_instance_new(ctx, module, NULL, 0, &inst, &trap);
    bool ok = !error && !trap && cupel_instance_get_export(ctx, inst, "load", 4, &f);
    ok = ok && !cupel_func_call(ctx, f.of.func, &arg, 1, &result, 1, &trap) && !trap &&
         result.of.i32 == 0;
    arg = val_i32(-1);
    ok = ok && !cupel_func_call(ctx, f.of.func, &arg, 1, &result, 1, &trap) && trap &&
         cupel_trap_code(trap) == CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS;
    cupel_store_delete(store);
    cupel_trap_delete(trap);
    return ok;
}

static void *work(void *arg)
{
    struct shared *s = arg;
    for (int i = 0; i < s->rounds; i++) {
        cupel_engine_t *engine = cupel_engine_clone(s->engine);
        cupel_module_t *module = cupel_module_clone(s->module), *own;
        bool ok = round_trip(engine, module);
        cupel_module_delete(module);
        ok = ok && !cupel_module_new(engine, s->bytes, s->len, &own);
        ok = ok && round_trip(engine, own);
        if (ok)
            cupel_module_delete(own);
        cupel_engine_delete(engine);
        if (!ok)
            return arg;
    }
    return NULL;
}

START_TEST(one_engine)
{
    struct world t;
    pthread_t threads[THREADS];
    world_init(&t, _i ? WORLD_CHECKED : 0);
    wasm_memory(&t.w, 1, 1);
    wasm_table(&t.w, 'r', 10, WASM_NO_MAX);
    wasm_export_func(&t.w, "load", "i", "i", BYTES(W_LOCAL_GET, 0, W_I32_LOAD, 2, 0, W_END));
    struct shared s = {.engine = t.engine, .rounds = getenv("CUPEL_TEST_QUICK") ? 20 : 200};
    s.bytes = wasm_finish(&t.w, &s.len);
    must(cupel_module_new(t.engine, s.bytes, s.len, &s.module));
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work, &s), 0);
    for (int i = 0; i < THREADS; i++) {
        void *failed;
        ck_assert_int_eq(pthread_join(threads[i], &failed), 0);
        ck_assert_ptr_null(failed);
    }
    cupel_module_delete(s.module);
    world_fini(&t);
}
END_TEST

void add_runtime_threads(TCase *tc)
{
    tcase_add_loop_test(tc, one_engine, 0, 2);
}
