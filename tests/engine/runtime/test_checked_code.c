/*
 * Memories over the embedder's buffers: code checks every access there, whatever the engine has.
 */
#include <pthread.h>
#include <string.h>

#include "tests/engine/runtime/runtime_tests.h"

#define PAGE ((size_t)65536)
/* Room behind the memory, which nothing may touch. */
#define MARGIN 64

static uint8_t buffer[3 * PAGE + MARGIN];

static void fill_buffer(void)
{
    memset(buffer, 0xaa, sizeof buffer);
}

/* Whether nothing has written there. */
static bool is_margin(size_t from)
{
    while (from < sizeof buffer && buffer[from] == 0xaa)
        from++;
    return from >= sizeof buffer;
}

static void expect_margin(size_t from)
{
    ck_assert(is_margin(from));
}

static cupel_memory_t static_memory(struct world *t, uint64_t min, uint64_t max)
{
    cupel_memorytype_t type = {.limits = {.min = min, .max = max, .has_max = true},
                               .page_size_log2 = 16};
    cupel_memory_t m;
    fill_buffer();
    must(cupel_memory_new_static(t->ctx, &type, buffer, 3 * PAGE, &m));
    return m;
}

static const char *const functions[] = {"load", "load_far", "load64", "store"};

/* Accesses to an imported memory: with the address in a slot, in the accumulator, constant. */
static cupel_module_t *accesses(struct world *t)
{
    wasm_import_memory(&t->w, "", "m", 1, WASM_NO_MAX);
    wasm_export_func(&t->w, "load", "i", "i", BYTES(W_LOCAL_GET, 0, W_I32_LOAD, 2, 0, W_END));
    wasm_export_func(&t->w, "load_far", "i", "i",
                     BYTES(W_LOCAL_GET, 0, W_I32_CONST, 1, W_I32_ADD, W_I32_LOAD, 2, 3, W_END));
    wasm_export_func(&t->w, "load64", "i", "i",
                     BYTES(W_LOCAL_GET, 0, W_I64_LOAD, 3, 0, 0xa7 /* i32.wrap_i64 */, W_END));
    wasm_export_func(&t->w, "store", "i", "i",
                     BYTES(W_LOCAL_GET, 0, W_I32_CONST, 5, W_I32_STORE, 2, 0, W_LOCAL_GET, 0,
                           W_I32_LOAD, 2, 0, W_END));
    wasm_export_func(&t->w, "grow", "i", "i", BYTES(W_LOCAL_GET, 0, W_MEMORY_GROW, 0, W_END));
    wasm_export_func(&t->w, "constant", "", "i",
                     BYTES(W_I32_CONST, 0xfe, 0xff, 0x03, W_I32_LOAD, 2, 0, W_END)); /* 65534 */
    return world_compile(t);
}

static cupel_instance_t instantiate(struct world *t, cupel_module_t *m, cupel_memory_t memory)
{
    cupel_extern_t import = {.kind = CUPEL_EXTERN_MEMORY, .of.memory = memory};
    cupel_instance_t inst;
    cupel_trap_t *trap;
    must(cupel_instance_new(t->ctx, m, &import, 1, &inst, &trap));
    ck_assert_ptr_null(trap);
    return inst;
}

/* Every function traps at the end of a memory of `size` bytes, and names itself. */
static void expect_bounds(struct world *t, cupel_instance_t inst, size_t size)
{
    static const int32_t last[] = {4, 8, 8, 4};
    for (size_t i = 0; i < 4; i++) {
        cupel_func_t f = get_func(t, inst, functions[i]);
        cupel_frame_t frame;
        ck_assert_int_eq(call_i32(t, f, ARGS((int32_t)size - last[i])), i == 3 ? 5 : 0);
        cupel_trap_t *trap = call_trap(t, f, ARGS((int32_t)size - last[i] + 1));
        ck_assert_uint_eq(cupel_trap_depth(trap), 1);
        ck_assert(cupel_trap_frame(trap, 0, &frame));
        ck_assert_uint_eq(frame.func_index, i);
        ck_assert_uint_ne(frame.module_offset, CUPEL_NO_OFFSET);
        expect_trap(trap, CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS, "");
        if (i != 1) /* there the sum wraps */
            expect_trap(call_trap(t, f, ARGS(-1)), CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS, "");
    }
    memset(buffer + size - 4, 0, 4);
}

START_TEST(code_stays_within_the_buffer)
{
    struct world t;
    world_init(&t, _i);
    cupel_module_t *m = accesses(&t);
    cupel_memory_t memory = static_memory(&t, 1, 10);
    cupel_instance_t inst = instantiate(&t, m, memory);
    expect_bounds(&t, inst, PAGE);
    expect_trap(call_trap(&t, get_func(&t, inst, "constant"), NO_ARGS),
                CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS, "");
    expect_margin(PAGE);
    /* It grows into the buffer, which is cleared, and not beyond. */
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "grow"), ARGS(1)), 1);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "constant"), NO_ARGS), 0);
    expect_bounds(&t, inst, 2 * PAGE);
    expect_margin(2 * PAGE);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "grow"), ARGS(2)), -1);
    expect_limit(cupel_memory_grow(t.ctx, memory, 2, NULL), "");
    must(cupel_memory_grow(t.ctx, memory, 1, NULL));
    expect_bounds(&t, inst, 3 * PAGE);
    expect_limit(cupel_memory_grow(t.ctx, memory, 1, NULL), "");
    expect_margin(3 * PAGE);
    cupel_module_delete(m);
    world_fini(&t);
}
END_TEST

START_TEST(host_sees_the_buffer)
{
    struct world t;
    uint8_t *data;
    size_t size;
    cupel_memorytype_t type;
    world_init(&t, _i);
    cupel_memory_t memory = static_memory(&t, 1, 2);
    must(cupel_memory_data(t.ctx, memory, &data, &size));
    ck_assert_ptr_eq(data, buffer);
    ck_assert_uint_eq(size, PAGE);
    ck_assert(is_zero(buffer, 0, PAGE));
    must(cupel_memory_type(t.ctx, memory, &type));
    ck_assert_uint_eq(type.limits.max, 2);
    ck_assert_uint_eq(cupel_context_memory_bytes(t.ctx, NULL), PAGE);
    must(cupel_memory_write(t.ctx, memory, 7, "abc", 3));
    must(cupel_memory_grow(t.ctx, memory, 1, NULL));
    /* Nothing has moved, and the declared maximum holds too. */
    ck_assert_mem_eq(buffer + 7, "abc", 3);
    expect_limit(cupel_memory_grow(t.ctx, memory, 1, NULL), "");
    world_fini(&t);
    ck_assert_mem_eq(buffer + 7, "abc", 3);
}
END_TEST

START_TEST(buffers_that_cannot_be)
{
    struct world t;
    cupel_memory_t m;
    cupel_store_limits_t limits;
    cupel_memorytype_t type = {.limits = {.min = 2}, .page_size_log2 = 16};
    cupel_store_limits_init(&limits);
    limits.memory_bytes = PAGE;
    world_init_limits(&t, _i, &limits);
    expect_error(cupel_memory_new_static(t.ctx, &type, buffer, 2 * PAGE - 1, &m),
                 CUPEL_ERROR_MISUSE, "131071 bytes does not hold a memory of 2 pages");
    ck_assert_uint_eq(m.store_id, 0);
    expect_error(cupel_memory_new_static(t.ctx, &type, NULL, 2 * PAGE, &m), CUPEL_ERROR_MISUSE, "");
    expect_limit(cupel_memory_new_static(t.ctx, &type, buffer, 2 * PAGE, &m), "memory_bytes");
    type.limits.min = 0;
    must(cupel_memory_new_static(t.ctx, &type, NULL, 0, &m));
    expect_limit(cupel_memory_grow(t.ctx, m, 1, NULL), "");
    type.page_size_log2 = 77;
    expect_error(cupel_memory_new_static(t.ctx, &type, buffer, 2 * PAGE, &m), CUPEL_ERROR_MISUSE,
                 "");
    world_fini(&t);
}
END_TEST

START_TEST(one_module_both_ways)
{
    struct world t;
    cupel_bytes_t image;
    cupel_memory_t guarded;
    cupel_memorytype_t type = {.limits = {.min = 1}, .page_size_log2 = 16};
    world_init(&t, _i);
    cupel_module_t *m = accesses(&t), *read;
    must(cupel_module_serialize(m, &image));
    must(cupel_module_deserialize(t.engine, image.data, image.len, &read));
    cupel_bytes_delete(&image);
    cupel_memory_t memory = static_memory(&t, 1, 2);
    must(cupel_memory_new(t.ctx, &type, &guarded));
    cupel_instance_t a = instantiate(&t, m, memory), b = instantiate(&t, m, guarded),
                     c = instantiate(&t, m, memory), d = instantiate(&t, read, memory);
    cupel_module_delete(m);
    cupel_module_delete(read);
    expect_bounds(&t, a, PAGE);
    expect_bounds(&t, c, PAGE);
    expect_bounds(&t, d, PAGE);
    must(cupel_memory_write(t.ctx, guarded, 0, "\1\2\3\4", 4));
    ck_assert_int_eq(call_i32(&t, get_func(&t, b, "load"), ARGS(0)), 0x04030201);
    ck_assert_int_eq(call_i32(&t, get_func(&t, a, "load"), ARGS(0)), 0);
    expect_trap(call_trap(&t, get_func(&t, b, "load"), ARGS((int32_t)PAGE - 3)),
                CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS, "");
    expect_margin(PAGE);
    world_fini(&t);
}
END_TEST

START_TEST(lazy_code_is_translated_first)
{
    cupel_config_t *config = cupel_config_new();
    struct world t = {0};
    cupel_config_set_compilation_mode(config, (cupel_compilation_mode_t)_i);
    t.engine = cupel_engine_new_with_config(config);
    t.store = cupel_store_new(t.engine, NULL, NULL);
    t.ctx = cupel_store_context(t.store);
    wasm_init(&t.w);
    cupel_module_t *m = accesses(&t);
    cupel_memory_t memory = static_memory(&t, 1, 2);
    expect_bounds(&t, instantiate(&t, m, memory), PAGE);
    cupel_module_delete(m);
    expect_margin(PAGE);
    if (_i == (int)CUPEL_COMPILE_LAZY && cupel_engine_guard_pages(t.engine)) {
        /* What would have been found at a call is found now. */
        cupel_extern_t import = {.kind = CUPEL_EXTERN_MEMORY, .of.memory = memory};
        wasm_import_memory(&t.w, "", "m", 1, WASM_NO_MAX);
        wasm_export_func(&t.w, "f", "", "i", BYTES(W_END));
        expect_error(world_refused(&t, &import, 1), CUPEL_ERROR_INVALID, "");
    }
    world_fini(&t);
}
END_TEST

struct shared {
    cupel_engine_t *engine;
    cupel_module_t *module;
};

static void *use_it(void *env)
{
    const struct shared *s = env;
    static const cupel_memorytype_t type = {.limits = {.min = 1}, .page_size_log2 = 16};
    static __thread uint8_t own[PAGE];
    struct world t = {.engine = s->engine, .store = cupel_store_new(s->engine, NULL, NULL)};
    cupel_memory_t m;
    t.ctx = cupel_store_context(t.store);
    must(cupel_memory_new_static(t.ctx, &type, own, sizeof own, &m));
    cupel_func_t load = get_func(&t, instantiate(&t, s->module, m), "load");
    own[9] = 1;
    ck_assert_int_eq(call_i32(&t, load, ARGS(8)), 256);
    expect_trap(call_trap(&t, load, ARGS((int32_t)PAGE)), CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS, "");
    cupel_store_delete(t.store);
    return NULL;
}

START_TEST(made_by_several_threads)
{
    struct world t;
    pthread_t threads[4];
    world_init(&t, _i ? WORLD_CHECKED : 0);
    for (int round = 0; round < 20; round++) {
        struct shared s = {t.engine, accesses(&t)};
        for (int i = 0; i < 4; i++)
            ck_assert_int_eq(pthread_create(&threads[i], NULL, use_it, &s), 0);
        for (int i = 0; i < 4; i++)
            ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        cupel_module_delete(s.module);
    }
    world_fini(&t);
}
END_TEST

void add_checked_code(TCase *tc)
{
    tcase_add_loop_test(tc, code_stays_within_the_buffer, 0, 4);
    tcase_add_loop_test(tc, host_sees_the_buffer, 0, 4);
    tcase_add_loop_test(tc, buffers_that_cannot_be, 0, 4);
    tcase_add_loop_test(tc, one_module_both_ways, 0, 4);
    tcase_add_loop_test(tc, lazy_code_is_translated_first, 0, 3);
    tcase_add_loop_test(tc, made_by_several_threads, 0, 2);
}
