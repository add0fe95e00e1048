/*
 * Backtraces: functions, names, places and instances, across calls of every kind.
 */
#include <string.h>

#include "tests/engine/runtime/runtime_tests.h"

static cupel_frame_t frame(const cupel_trap_t *trap, size_t i)
{
    cupel_frame_t f;
    ck_assert(cupel_trap_frame(trap, i, &f));
    return f;
}

static void check_name(cupel_frame_t f, const char *name)
{
    ck_assert_uint_eq(f.func_name.len, strlen(name));
    ck_assert(f.func_name.len == 0 || memcmp(f.func_name.data, name, f.func_name.len) == 0);
}

/* The byte at an offset of a module. */
static uint8_t byte_at(struct world *t, uint64_t offset)
{
    size_t len;
    const uint8_t *bytes = wasm_finish(&t->w, &len);
    ck_assert_uint_lt(offset, len);
    return bytes[offset];
}

START_TEST(places)
{
    struct world t;
    world_init(&t, 0);
    uint32_t type = wasm_type(&t.w, "i", "i");
    wasm_func(&t.w, type, "",
              BYTES(W_I32_CONST, 1, W_LOCAL_GET, 0, W_I32_DIV_S, W_END));      /* divide */
    wasm_func(&t.w, type, "", BYTES(W_NOP, W_LOCAL_GET, 0, W_CALL, 0, W_END)); /* middle */
    wasm_table(&t.w, 'r', 2, 2);
    wasm_elem(&t.w, 0, (const uint32_t[]){1, 0}, 2);
    uint32_t outer =
        wasm_func(&t.w, type, "",
                  BYTES(W_LOCAL_GET, 0, W_I32_CONST, 0, W_CALL_INDIRECT, (uint8_t)type, 0, W_END));
    wasm_export(&t.w, "outer", CUPEL_EXTERN_FUNC, outer);
    wasm_name_func(&t.w, 0, "divide");
    wasm_name_func(&t.w, 2, "outer");
    size_t len;
    cupel_module_t *m;
    cupel_instance_t inst;
    cupel_trap_t *trap;
    const uint8_t *bytes = wasm_finish(&t.w, &len);
    must(cupel_module_new(t.engine, bytes, len, &m));
    must(cupel_instance_new(t.ctx, m, NULL, 0, &inst, &trap));
    cupel_module_delete(m);
    trap = call_trap(&t, get_func(&t, inst, "outer"), ARGS(0));
    ck_assert_uint_eq(cupel_trap_depth(trap), 3);
    ck_assert_uint_eq(cupel_trap_frame_count(trap), 3);
    static const uint8_t codes[] = {W_I32_DIV_S, W_CALL, W_CALL_INDIRECT};
    /* Behind the number of locals, 0. */
    static const uint64_t func_offsets[] = {5, 4, 5};
    for (unsigned i = 0; i < 3; i++) {
        ck_assert_uint_eq(frame(trap, i).func_index, i);
        ck_assert_uint_eq(byte_at(&t, frame(trap, i).module_offset), codes[i]);
        ck_assert_uint_eq(frame(trap, i).func_offset, func_offsets[i]);
        ck_assert_uint_eq(frame(trap, i).instance.index, inst.index);
        ck_assert_uint_eq(frame(trap, i).instance.store_id, inst.store_id);
    }
    check_name(frame(trap, 0), "divide");
    check_name(frame(trap, 1), "");
    check_name(frame(trap, 2), "outer");
    cupel_frame_t none;
    ck_assert(!cupel_trap_frame(trap, 3, &none));
    expect_trap(trap, CUPEL_TRAP_INTEGER_DIVISION_BY_ZERO, "");
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "outer"), ARGS(1)), 1);
    world_fini(&t);
}
END_TEST

START_TEST(across_instances)
{
    struct world t;
    world_init(&t, 0);
    wasm_export_func(&t.w, "fail", "", "", BYTES(W_NOP, W_UNREACHABLE, W_END));
    cupel_instance_t a = world_instantiate(&t, NULL, 0);
    cupel_extern_t import = extern_func(get_func(&t, a, "fail"));
    cupel_instance_t b = a;
    for (int i = 0; i < 3; i++) {
        uint32_t type = wasm_type(&t.w, "", "");
        wasm_import_func(&t.w, "a", "fail", type);
        wasm_export_func(&t.w, "pass", "", "", BYTES(W_CALL, 0, W_END));
        b = world_instantiate(&t, &import, 1);
        import = extern_func(get_func(&t, b, "pass"));
    }
    cupel_trap_t *trap = call_trap(&t, import.of.func, NO_ARGS);
    ck_assert_uint_eq(cupel_trap_depth(trap), 4);
    for (unsigned i = 0; i < 4; i++) {
        ck_assert_uint_eq(frame(trap, i).instance.index, a.index + i);
        ck_assert_uint_eq(frame(trap, i).func_index, i ? 1 : 0);
    }
    expect_trap(trap, CUPEL_TRAP_UNREACHABLE, "");
    world_fini(&t);
}
END_TEST

/* down(n): to down2 by turns, the last one traps; so depth and function tell frames apart. */
static cupel_func_t build_down(struct world *t)
{
    uint32_t type = wasm_type(&t->w, "i", "i");
    for (uint8_t i = 0; i < 2; i++)
        wasm_func(&t->w, type, "",
                  BYTES(W_LOCAL_GET, 0, W_I32_EQZ, W_IF, W_TYPE_EMPTY, W_UNREACHABLE, W_END,
                        W_LOCAL_GET, 0, W_I32_CONST, 1, W_I32_SUB, W_CALL, !i, W_END));
    uint32_t top = wasm_func(&t->w, type, "", BYTES(W_LOCAL_GET, 0, W_CALL, 0, W_END));
    wasm_export(&t->w, "top", CUPEL_EXTERN_FUNC, top);
    return get_func(t, world_instantiate(t, NULL, 0), "top");
}

START_TEST(deep_stacks_are_cut)
{
    struct world t;
    static const int depths[] = {46, 62, 63, 64, 65, 79, 80, 200, 1000};
    world_init(&t, 0);
    cupel_func_t top = build_down(&t);
    cupel_trap_t *trap = call_trap(&t, top, ARGS(depths[_i]));
    size_t depth = (size_t)depths[_i] + 2, kept = depth < 64 ? depth : 64;
    ck_assert_uint_eq(cupel_trap_depth(trap), depth);
    ck_assert_uint_eq(cupel_trap_frame_count(trap), kept);
    for (size_t i = 0; i < kept; i++) {
        size_t from_top = i < 48 ? depth - 1 - i : kept - 1 - i;
        ck_assert_uint_eq(frame(trap, i).func_index, from_top == 0 ? 2 : (from_top - 1) % 2);
    }
    expect_trap(trap, CUPEL_TRAP_UNREACHABLE, "");
    world_fini(&t);
}
END_TEST

START_TEST(overflow_names_every_frame)
{
    struct world t;
    cupel_store_limits_t limits;
    cupel_store_limits_init(&limits);
    limits.call_depth = 30;
    world_init_limits(&t, 0, &limits);
    cupel_trap_t *trap = call_trap(&t, build_down(&t), ARGS(100));
    ck_assert_uint_eq(cupel_trap_depth(trap), 30);
    ck_assert_uint_eq(frame(trap, 29).func_index, 2);
    expect_trap(trap, CUPEL_TRAP_STACK_OVERFLOW, "call_depth");
    world_fini(&t);
}
END_TEST

START_TEST(outlives_the_store)
{
    struct world t;
    world_init(&t, 0);
    uint32_t f = wasm_export_func(&t.w, "fail", "", "", BYTES(W_UNREACHABLE, W_END));
    wasm_name_func(&t.w, f, "fail_here");
    cupel_trap_t *trap =
        call_trap(&t, get_func(&t, world_instantiate(&t, NULL, 0), "fail"), NO_ARGS);
    world_fini(&t);
    check_name(frame(trap, 0), "fail_here");
    ck_assert_uint_gt(strlen(cupel_trap_message(trap)), 0);
    cupel_trap_delete(trap);
    cupel_trap_delete(NULL);
}
END_TEST

START_TEST(of_a_guarded_access)
{
    struct world t;
    world_init(&t, _i ? WORLD_CHECKED : 0);
    wasm_memory(&t.w, 1, 1);
    wasm_export_func(&t.w, "load", "i", "i", BYTES(W_NOP, W_LOCAL_GET, 0, W_I32_LOAD, 2, 0, W_END));
    size_t len;
    cupel_module_t *m;
    cupel_instance_t inst;
    cupel_trap_t *trap;
    const uint8_t *bytes = wasm_finish(&t.w, &len);
    must(cupel_module_new(t.engine, bytes, len, &m));
    must(cupel_instance_new(t.ctx, m, NULL, 0, &inst, &trap));
    cupel_module_delete(m);
    trap = call_trap(&t, get_func(&t, inst, "load"), ARGS(-4));
    ck_assert_uint_eq(byte_at(&t, frame(trap, 0).module_offset), W_I32_LOAD);
    expect_trap(trap, CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS, "");
    world_fini(&t);
}
END_TEST

void add_backtrace(TCase *tc)
{
    tcase_add_test(tc, places);
    tcase_add_test(tc, across_instances);
    tcase_add_loop_test(tc, deep_stacks_are_cut, 0, 9);
    tcase_add_test(tc, overflow_names_every_frame);
    tcase_add_test(tc, outlives_the_store);
    tcase_add_loop_test(tc, of_a_guarded_access, 0, 2);
}
