/*
 * Memories, both ways of keeping them: growth, limits, access by the host and by code.
 */
#include <string.h>

#include "tests/engine/runtime/runtime_tests.h"

#define PAGE UINT64_C(65536)

static const unsigned variants[] = {0, WORLD_CHECKED};

static cupel_memory_t new_memory(struct world *t, uint64_t min, uint64_t max)
{
    cupel_memorytype_t type = {.limits = {.min = min, .max = max, .has_max = max != 0},
                               .page_size_log2 = 16};
    cupel_memory_t m;
    must(cupel_memory_new(t->ctx, &type, &m));
    return m;
}

static uint64_t pages(struct world *t, cupel_memory_t m)
{
    uint64_t n;
    must(cupel_memory_size(t->ctx, m, &n));
    return n;
}

START_TEST(grows_with_zeros_and_keeps_contents)
{
    struct world t;
    uint64_t previous;
    uint8_t *data;
    size_t size;
    world_init(&t, variants[_i]);
    cupel_memory_t m = new_memory(&t, 1, 40);
    must(cupel_memory_write(t.ctx, m, PAGE - 3, "abc", 3));
    for (uint64_t n = 1; n < 40; n++) {
        must(cupel_memory_grow(t.ctx, m, 1, &previous));
        ck_assert_uint_eq(previous, n);
    }
    must(cupel_memory_data(t.ctx, m, &data, &size));
    ck_assert_uint_eq(size, 40 * PAGE);
    ck_assert_mem_eq(data + PAGE - 3, "abc", 3);
    ck_assert(is_zero(data, PAGE, size));
    ck_assert_uint_eq(pages(&t, m), 40);
    world_fini(&t);
}
END_TEST

START_TEST(empty_memory)
{
    struct world t;
    uint8_t *data;
    size_t size;
    uint64_t previous = 9;
    world_init(&t, variants[_i]);
    cupel_memory_t m = new_memory(&t, 0, 0);
    must(cupel_memory_data(t.ctx, m, &data, &size));
    ck_assert_uint_eq(size, 0);
    ck_assert_ptr_nonnull(data);
    must(cupel_memory_read(t.ctx, m, 0, NULL, 0));
    must(cupel_memory_grow(t.ctx, m, 0, &previous));
    ck_assert_uint_eq(previous, 0);
    must(cupel_memory_grow(t.ctx, m, 2, &previous));
    ck_assert_uint_eq(pages(&t, m), 2);
    world_fini(&t);
}
END_TEST

START_TEST(host_access_is_bounded)
{
    struct world t;
    char buf[4];
    world_init(&t, variants[_i]);
    cupel_memory_t m = new_memory(&t, 1, 0);
    must(cupel_memory_read(t.ctx, m, PAGE - 4, buf, 4));
    expect_error(cupel_memory_read(t.ctx, m, PAGE - 3, buf, 4), CUPEL_ERROR_MISUSE, "65533");
    expect_error(cupel_memory_write(t.ctx, m, UINT64_MAX, buf, 4), CUPEL_ERROR_MISUSE,
                 "not within");
    expect_error(cupel_memory_read(t.ctx, m, 4, buf, SIZE_MAX), CUPEL_ERROR_MISUSE, "not within");
    world_fini(&t);
}
END_TEST

START_TEST(declared_maximum_holds)
{
    struct world t;
    cupel_memorytype_t type;
    world_init(&t, variants[_i]);
    cupel_memory_t m = new_memory(&t, 1, 3);
    must(cupel_memory_grow(t.ctx, m, 2, NULL));
    expect_limit(cupel_memory_grow(t.ctx, m, 1, NULL), "");
    expect_limit(cupel_memory_grow(t.ctx, m, UINT64_MAX, NULL), "");
    must(cupel_memory_type(t.ctx, m, &type));
    ck_assert_uint_eq(type.limits.min, 1);
    ck_assert_uint_eq(type.limits.max, 3);
    m = new_memory(&t, 0, 0);
    expect_limit(cupel_memory_grow(t.ctx, m, 65537, NULL), "");
    world_fini(&t);
}
END_TEST

START_TEST(limit_counts_all_memories)
{
    struct world t;
    cupel_store_limits_t limits;
    uint64_t peak;
    cupel_memory_t none;
    cupel_store_limits_init(&limits);
    limits.memory_bytes = 5 * PAGE - 1;
    world_init_limits(&t, variants[_i], &limits);
    cupel_memory_t a = new_memory(&t, 1, 0), b = new_memory(&t, 2, 0);
    must(cupel_memory_grow(t.ctx, a, 1, NULL));
    expect_limit(cupel_memory_grow(t.ctx, b, 1, NULL), "memory_bytes");
    expect_limit(cupel_memory_new(t.ctx,
                                  &(cupel_memorytype_t){.limits = {.min = 1}, .page_size_log2 = 16},
                                  &none),
                 "memory_bytes");
    ck_assert_uint_eq(cupel_context_memory_bytes(t.ctx, &peak), 4 * PAGE);
    ck_assert_uint_eq(peak, 4 * PAGE);
    must(cupel_memory_grow(t.ctx, b, 0, NULL));
    world_fini(&t);
}
END_TEST

START_TEST(memories_are_counted)
{
    struct world t;
    cupel_store_limits_t limits;
    cupel_store_limits_init(&limits);
    limits.memories = 1;
    world_init_limits(&t, variants[_i], &limits);
    wasm_memory(&t.w, 1, WASM_NO_MAX);
    world_instantiate(&t, NULL, 0);
    wasm_memory(&t.w, 1, WASM_NO_MAX);
    expect_limit(world_refused(&t, NULL, 0), "memories");
    ck_assert_uint_eq(cupel_context_memory_bytes(t.ctx, NULL), PAGE);
    world_fini(&t);
}
END_TEST

static cupel_func_t grower(struct world *t)
{
    wasm_memory(&t->w, 1, 10);
    wasm_export(&t->w, "memory", CUPEL_EXTERN_MEMORY, 0);
    wasm_export_func(&t->w, "grow", "i", "i", BYTES(W_LOCAL_GET, 0, W_MEMORY_GROW, 0, W_END));
    return get_func(t, world_instantiate(t, NULL, 0), "grow");
}

START_TEST(denied_growth_gives_minus_one)
{
    struct world t;
    cupel_store_limits_t limits;
    cupel_store_limits_init(&limits);
    limits.memory_bytes = 4 * PAGE;
    world_init_limits(&t, variants[_i], &limits);
    cupel_func_t grow = grower(&t);
    ck_assert_int_eq(call_i32(&t, grow, ARGS(2)), 1);
    ck_assert_int_eq(call_i32(&t, grow, ARGS(2)), -1);
    ck_assert_int_eq(call_i32(&t, grow, ARGS(-1)), -1);
    ck_assert_int_eq(call_i32(&t, grow, ARGS(1)), 3);
    ck_assert_int_eq(call_i32(&t, grow, ARGS(0)), 4);
    world_fini(&t);
}
END_TEST

START_TEST(denied_growth_traps_if_asked_to)
{
    struct world t;
    cupel_store_limits_t limits;
    cupel_store_limits_init(&limits);
    limits.memory_bytes = 8 * PAGE;
    limits.trap_on_grow_failure = true;
    world_init_limits(&t, variants[_i], &limits);
    cupel_func_t grow = grower(&t);
    expect_trap(call_trap(&t, grow, ARGS(8)), CUPEL_TRAP_GROWTH_OPERATION_LIMITED, "memory_bytes");
    /* The declared maximum is not a limit of the store. */
    ck_assert_int_eq(call_i32(&t, grow, ARGS(10)), -1);
    ck_assert_int_eq(call_i32(&t, grow, ARGS(7)), 1);
    world_fini(&t);
}
END_TEST

START_TEST(code_is_bounded)
{
    struct world t;
    world_init(&t, variants[_i]);
    wasm_memory(&t.w, 1, 2);
    wasm_export(&t.w, "memory", CUPEL_EXTERN_MEMORY, 0);
    wasm_export_func(&t.w, "load", "i", "i", BYTES(W_LOCAL_GET, 0, W_I32_LOAD, 2, 0, W_END));
    cupel_instance_t inst = world_instantiate(&t, NULL, 0);
    cupel_func_t load = get_func(&t, inst, "load");
    cupel_memory_t m = get_export(&t, inst, "memory").of.memory;
    must(cupel_memory_write(t.ctx, m, PAGE - 4, "\x78\x56\x34\x12", 4));
    ck_assert_int_eq(call_i32(&t, load, ARGS((int32_t)PAGE - 4)), 0x12345678);
    expect_trap(call_trap(&t, load, ARGS((int32_t)PAGE - 3)), CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS, "");
    expect_trap(call_trap(&t, load, ARGS(-1)), CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS, "");
    must(cupel_memory_grow(t.ctx, m, 1, NULL));
    ck_assert_int_eq(call_i32(&t, load, ARGS((int32_t)PAGE - 3)), 0x123456);
    world_fini(&t);
}
END_TEST

START_TEST(foreign_handles)
{
    struct world t, other;
    uint64_t n;
    world_init(&t, variants[_i]);
    world_init(&other, 0);
    cupel_memory_t m = new_memory(&t, 1, 0);
    expect_error(cupel_memory_size(other.ctx, m, &n), CUPEL_ERROR_MISUSE, "store");
    m.index = 1;
    expect_error(cupel_memory_size(t.ctx, m, &n), CUPEL_ERROR_MISUSE, "store");
    expect_error(cupel_memory_grow(t.ctx, (cupel_memory_t){0}, 1, &n), CUPEL_ERROR_MISUSE, "store");
    world_fini(&other);
    world_fini(&t);
}
END_TEST

void add_memory(TCase *tc)
{
    tcase_add_loop_test(tc, grows_with_zeros_and_keeps_contents, 0, 2);
    tcase_add_loop_test(tc, empty_memory, 0, 2);
    tcase_add_loop_test(tc, host_access_is_bounded, 0, 2);
    tcase_add_loop_test(tc, declared_maximum_holds, 0, 2);
    tcase_add_loop_test(tc, limit_counts_all_memories, 0, 2);
    tcase_add_loop_test(tc, memories_are_counted, 0, 2);
    tcase_add_loop_test(tc, denied_growth_gives_minus_one, 0, 2);
    tcase_add_loop_test(tc, denied_growth_traps_if_asked_to, 0, 2);
    tcase_add_loop_test(tc, code_is_bounded, 0, 2);
    tcase_add_loop_test(tc, foreign_handles, 0, 2);
}
