/*
 * Threads that share an engine and its modules, each with stores of its own.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

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

/* ---- first calls of the same functions at once ---- */

#define FUNCS 12

struct race {
    cupel_engine_t *engine;
    cupel_module_t *module;
    pthread_barrier_t start;
    int32_t sum; /* what "all" gives */
};

/* Function i calls all before it, so that one call is the first of many. */
static void build_race(struct wasm *w)
{
    char name[8];
    wasm_table(w, 'r', FUNCS, WASM_NO_MAX);
    for (uint8_t i = 0; i < FUNCS; i++) {
        uint8_t body[3 + 4 * FUNCS], *p = body;
        *p++ = W_I32_CONST;
        *p++ = i;
        for (uint8_t k = 0; k < i; k++) {
            *p++ = W_CALL;
            *p++ = k;
            *p++ = W_I32_ADD;
        }
        *p++ = W_END;
        name[0] = (char)('a' + i);
        name[1] = '\0';
        wasm_export_func(w, name, "", "i", body, (size_t)(p - body));
    }
    wasm_export_func(w, "trap", "", "i", BYTES(W_UNREACHABLE, W_END));
    wasm_export_func(w, "bad", "", "i", BYTES(W_I64_CONST, 1, W_END));
}

static bool call_one(cupel_context_t *ctx, cupel_instance_t inst, const char *name, int32_t *result)
{
    cupel_val_t out = val_i32(0);
    cupel_trap_t *trap;
    cupel_extern_t f;
    if (!cupel_instance_get_export(ctx, inst, name, strlen(name), &f))
        return false;
    cupel_error_t *error = cupel_func_call(ctx, f.of.func, NULL, 0, &out, 1, &trap);
    bool ok = !error && !trap;
    if (trap) {
        cupel_frame_t frame;
        ok = cupel_trap_frame(trap, 0, &frame) && frame.func_index == FUNCS;
        out.of.i32 = -1;
    } else if (error) {
        ok = cupel_error_kind(error) == CUPEL_ERROR_INVALID;
        out.of.i32 = -2;
    }
    cupel_trap_delete(trap);
    cupel_error_delete(error);
    *result = out.of.i32;
    return ok;
}

static int32_t sum_of(int i)
{
    int32_t sum = i;
    for (int k = 0; k < i; k++)
        sum += sum_of(k);
    return sum;
}

static void *race(void *arg)
{
    struct race *r = arg;
    cupel_store_t *store = cupel_store_new(r->engine, NULL, NULL);
    cupel_context_t *ctx = cupel_store_context(store);
    cupel_instance_t inst;
    cupel_trap_t *trap;
    int32_t got;
    char last[2] = {(char)('a' + FUNCS - 1), '\0'};
    bool ok = !cupel_instance_new(ctx, r->module, NULL, 0, &inst, &trap) && !trap;
    pthread_barrier_wait(&r->start);
    for (int i = 0; i < 2; i++) {
        ok = ok && call_one(ctx, inst, "trap", &got) && got == -1;
        ok = ok && call_one(ctx, inst, last, &got) && got == r->sum;
        ok = ok && call_one(ctx, inst, "bad", &got) && got == -2;
        ok = ok && call_one(ctx, inst, "c", &got) && got == sum_of(2);
    }
    cupel_module_info_t info;
    cupel_module_info(r->module, &info);
    cupel_store_delete(store);
    return ok && info.internal_bytes > 0 ? NULL : arg;
}

START_TEST(first_calls_at_once)
{
    int rounds = getenv("CUPEL_TEST_QUICK") ? 5 : 100;
    struct wasm w;
    size_t len;
    wasm_init(&w);
    build_race(&w);
    const uint8_t *bytes = wasm_finish(&w, &len);
    for (int i = 0; i < rounds; i++) {
        pthread_t threads[THREADS + 2];
        struct race r = {.sum = sum_of(FUNCS - 1)};
        cupel_config_t *config = cupel_config_new();
        cupel_config_set_compilation_mode(config,
                                          _i ? CUPEL_COMPILE_LAZY : CUPEL_COMPILE_LAZY_TRANSLATION);
        r.engine = cupel_engine_new_with_config(config);
        /* "bad" would not pass where bodies are validated first. */
        must(cupel_module_new_unchecked(r.engine, bytes, len, &r.module));
        pthread_barrier_init(&r.start, NULL, THREADS + 2);
        for (int k = 0; k < THREADS + 2; k++)
            ck_assert_int_eq(pthread_create(&threads[k], NULL, race, &r), 0);
        for (int k = 0; k < THREADS + 2; k++) {
            void *failed;
            ck_assert_int_eq(pthread_join(threads[k], &failed), 0);
            ck_assert_ptr_null(failed);
        }
        pthread_barrier_destroy(&r.start);
        cupel_module_delete(r.module);
        cupel_engine_delete(r.engine);
    }
    wasm_fini(&w);
}
END_TEST

/* ---- weak references: some take the engine up while the last reference goes ---- */

static void *take_up(void *arg)
{
    const cupel_engine_weak_t *weak = arg;
    cupel_engine_weak_t *own = cupel_engine_weak_clone(weak);
    cupel_engine_t *engine = NULL;
    /* Bounded: the threads could hand the engine on among themselves for ever. */
    for (int i = 0; i < 50 && (i == 0 || engine); i++) {
        engine = cupel_engine_weak_upgrade(own);
        if (engine)
            cupel_store_delete(cupel_store_new(engine, NULL, NULL));
        cupel_engine_delete(engine);
    }
    cupel_engine_weak_delete(own);
    return NULL;
}

START_TEST(weak_references)
{
    int rounds = getenv("CUPEL_TEST_QUICK") ? 5 : 100;
    for (int i = 0; i < rounds; i++) {
        pthread_t threads[THREADS];
        cupel_engine_t *engine = cupel_engine_new();
        cupel_engine_weak_t *weak = cupel_engine_weak_new(engine);
        for (int k = 0; k < THREADS; k++)
            ck_assert_int_eq(pthread_create(&threads[k], NULL, take_up, weak), 0);
        cupel_engine_delete(engine);
        for (int k = 0; k < THREADS; k++)
            ck_assert_int_eq(pthread_join(threads[k], NULL), 0);
        ck_assert_ptr_null(cupel_engine_weak_upgrade(weak));
        cupel_engine_weak_delete(weak);
    }
}
END_TEST

void add_runtime_threads(TCase *tc)
{
    tcase_add_loop_test(tc, first_calls_at_once, 0, 2);
    tcase_add_test(tc, weak_references);
    tcase_add_loop_test(tc, one_engine, 0, 2);
}
