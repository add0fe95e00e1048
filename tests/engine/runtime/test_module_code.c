/*
 * Functions that are compiled at their first call: the same behaviour as ahead of time, and errors,
 * fuel, backtraces and images of what is not there yet.
 */
#include <string.h>

#include "tests/engine/runtime/runtime_tests.h"

static const cupel_compilation_mode_t lazy_modes[] = {CUPEL_COMPILE_LAZY_TRANSLATION,
                                                      CUPEL_COMPILE_LAZY};
enum { LAZY_MODES = 2 };

/* A world whose engine compiles in that mode. */
static void world_of(struct world *t, cupel_compilation_mode_t mode, bool fuel, bool pay)
{
    cupel_config_t *config = cupel_config_new();
    cupel_config_set_compilation_mode(config, mode);
    cupel_config_set_consume_fuel(config, fuel);
    cupel_config_set_translation_fuel(config, pay);
    world_init(t, 0);
    cupel_store_delete(t->store);
    cupel_engine_delete(t->engine);
    t->engine = cupel_engine_new_with_config(config);
    t->store = cupel_store_new(t->engine, NULL, NULL);
    t->ctx = cupel_store_context(t->store);
}

static cupel_error_t *compile(struct world *t, cupel_module_t **m)
{
    size_t len;
    const uint8_t *bytes = wasm_finish(&t->w, &len);
    return cupel_module_new(t->engine, bytes, len, m);
}

static size_t internal_bytes(const cupel_module_t *m)
{
    cupel_module_info_t info;
    cupel_module_info(m, &info);
    return info.internal_bytes;
}

/* Four functions that call each other in every way. */
static void build_calls(struct wasm *w)
{
    uint32_t type = wasm_type(w, "i", "i");
    wasm_import_func(w, "env", "host", type); /* 0 */
    wasm_table(w, 'r', 4, WASM_NO_MAX);
    wasm_elem(w, 0, (const uint32_t[]){0, 1, 2, 3}, 4);
    wasm_export_func(w, "leaf", "i", "i", /* 1: x + 1 */
                     BYTES(W_LOCAL_GET, 0, W_I32_CONST, 1, W_I32_ADD, W_END));
    wasm_export_func(w, "direct", "i", "i", /* 2 */
                     BYTES(W_LOCAL_GET, 0, W_CALL, 1, W_CALL, 1, W_END));
    wasm_export_func(
        w, "indirect", "i", "i", /* 3: element 2 */
        BYTES(W_LOCAL_GET, 0, W_I32_CONST, 2, W_CALL_INDIRECT, (uint8_t)type, 0, W_END));
    wasm_export_func(w, "tail", "i", "i", /* 4 */ BYTES(W_LOCAL_GET, 0, 0x12, 3, W_END));
    wasm_export_func(w, "through", "i", "i", /* 5 */ BYTES(W_LOCAL_GET, 0, W_CALL, 0, W_END));
    wasm_export_func(w, "fac", "i", "i", /* 6 */
                     BYTES(W_LOCAL_GET, 0, W_I32_EQZ, W_IF, W_TYPE_I32, W_I32_CONST, 1, W_ELSE,
                           W_LOCAL_GET, 0, W_LOCAL_GET, 0, W_I32_CONST, 1, W_I32_SUB, W_CALL, 6,
                           W_I32_MUL, W_END, W_END));
}

static cupel_trap_t *call_leaf(void *env, cupel_caller_t *caller, const cupel_val_t *args,
                               size_t nargs, cupel_val_t *results, size_t nresults)
{
    (void)env, (void)nargs, (void)nresults;
    cupel_extern_t leaf;
    cupel_trap_t *trap = NULL;
    ck_assert(cupel_caller_get_export(caller, "leaf", 4, &leaf));
    must(cupel_func_call(cupel_caller_context(caller), leaf.of.func, args, 1, results, 1, &trap));
    return trap;
}

START_TEST(calls_of_all_kinds)
{
    static const struct {
        const char *name;
        int32_t result;
    } rows[] = {{"tail", 7}, {"indirect", 7}, {"direct", 7}, {"through", 6},
                {"leaf", 6}, {"fac", 120},    {"tail", 7}};
    for (size_t first = 0; first < sizeof rows / sizeof *rows; first++) {
        struct world t;
        world_of(&t, lazy_modes[_i], false, false);
        build_calls(&t.w);
        cupel_extern_t host = extern_func(host_func(&t, "i", "i", call_leaf, NULL));
        cupel_instance_t inst = world_instantiate(&t, &host, 1);
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            size_t row = (first + i) % (sizeof rows / sizeof *rows);
            ck_assert_int_eq(call_i32(&t, get_func(&t, inst, rows[row].name), ARGS(5)),
                             rows[row].result);
        }
        world_fini(&t);
    }
}
END_TEST

START_TEST(nothing_before_the_first_call)
{
    struct world t;
    cupel_module_t *m;
    cupel_instance_t inst;
    cupel_trap_t *trap;
    world_of(&t, lazy_modes[_i], false, false);
    build_calls(&t.w);
    must(compile(&t, &m));
    size_t empty = internal_bytes(m);
    cupel_extern_t host = extern_func(host_func(&t, "i", "i", call_leaf, NULL));
    must(cupel_instance_new(t.ctx, m, &host, 1, &inst, &trap));
    ck_assert_uint_eq(internal_bytes(m), empty);
    call_i32(&t, get_func(&t, inst, "leaf"), ARGS(1));
    size_t one = internal_bytes(m);
    ck_assert_uint_gt(one, empty);
    call_i32(&t, get_func(&t, inst, "leaf"), ARGS(1));
    ck_assert_uint_eq(internal_bytes(m), one);
    call_i32(&t, get_func(&t, inst, "fac"), ARGS(5));
    ck_assert_uint_gt(internal_bytes(m), one);
    cupel_module_delete(m);
    world_fini(&t);
}
END_TEST

/* "bad" is not valid, "good" calls it where its argument is not 0. */
static void build_bad(struct wasm *w, bool with_start)
{
    uint32_t bad = wasm_export_func(w, "bad", "", "i", BYTES(W_NOP, W_I64_CONST, 1, W_END));
    wasm_export_func(w, "good", "i", "i",
                     BYTES(W_LOCAL_GET, 0, W_IF, W_TYPE_I32, W_CALL, (uint8_t)bad, W_ELSE,
                           W_I32_CONST, 9, W_END, W_END));
    if (with_start)
        wasm_start(
            w, wasm_func(w, wasm_type(w, "", ""), "", BYTES(W_CALL, (uint8_t)bad, W_DROP, W_END)));
}

static cupel_error_t *call_error(struct world *t, cupel_func_t func, size_t nargs, int32_t arg)
{
    cupel_val_t in = val_i32(arg), out;
    cupel_trap_t *trap = (cupel_trap_t *)&in;
    cupel_error_t *error = cupel_func_call(t->ctx, func, &in, nargs, &out, 1, &trap);
    ck_assert_ptr_null(trap);
    return error;
}

START_TEST(invalid_body_at_creation)
{
    struct world t;
    cupel_module_t *m;
    world_of(&t, _i ? CUPEL_COMPILE_EAGER : CUPEL_COMPILE_LAZY_TRANSLATION, false, false);
    build_bad(&t.w, false);
    expect_error(compile(&t, &m), CUPEL_ERROR_INVALID, "i64");
    ck_assert_ptr_null(m);
    world_fini(&t);
}
END_TEST

/* The very error that making the module eagerly ends in. */
static void same_error(cupel_error_t *got, const struct wasm *built)
{
    size_t len;
    struct wasm copy = *built;
    cupel_engine_t *engine = cupel_engine_new();
    cupel_module_t *m;
    const uint8_t *bytes = wasm_finish(&copy, &len);
    cupel_error_t *want = cupel_module_new(engine, bytes, len, &m);
    ck_assert_ptr_nonnull(got);
    ck_assert_int_eq(cupel_error_kind(got), cupel_error_kind(want));
    ck_assert_str_eq(cupel_error_message(got), cupel_error_message(want));
    ck_assert_uint_eq(cupel_error_offset(got), cupel_error_offset(want));
    ck_assert_uint_eq(cupel_error_func_index(got), cupel_error_func_index(want));
    cupel_error_delete(got);
    cupel_error_delete(want);
    cupel_engine_delete(engine);
}

START_TEST(invalid_body_at_each_call)
{
    struct world t;
    cupel_module_t *m;
    cupel_instance_t inst;
    cupel_trap_t *trap;
    cupel_bytes_t image;
    world_of(&t, CUPEL_COMPILE_LAZY, false, false);
    build_bad(&t.w, false);
    must(compile(&t, &m));
    must(cupel_instance_new(t.ctx, m, NULL, 0, &inst, &trap));
    struct wasm built = t.w;
    cupel_func_t bad = get_func(&t, inst, "bad"), good = get_func(&t, inst, "good");
    ck_assert_int_eq(call_i32(&t, good, ARGS(0)), 9);
    for (int i = 0; i < 3; i++) {
        expect_error(call_error(&t, bad, 0, 0), CUPEL_ERROR_INVALID, "i64");
        expect_error(call_error(&t, good, 1, 1), CUPEL_ERROR_INVALID, "i64");
        ck_assert_int_eq(call_i32(&t, good, ARGS(0)), 9);
    }
    expect_error(cupel_module_serialize(m, &image), CUPEL_ERROR_INVALID, "i64");
    ck_assert_ptr_null(image.data);
    same_error(call_error(&t, bad, 0, 0), &built);
    cupel_module_delete(m);
    world_fini(&t);
}
END_TEST

START_TEST(invalid_start_function)
{
    struct world t;
    cupel_module_t *m;
    cupel_instance_t inst;
    cupel_trap_t *trap;
    world_of(&t, CUPEL_COMPILE_LAZY, false, false);
    build_bad(&t.w, true);
    must(compile(&t, &m));
    expect_error(cupel_instance_new(t.ctx, m, NULL, 0, &inst, &trap), CUPEL_ERROR_INVALID, "i64");
    ck_assert_ptr_null(trap);
    ck_assert_uint_eq(inst.store_id, 0);
    cupel_module_delete(m);
    world_fini(&t);
}
END_TEST

/* What the host sees within a call, and can go on after. */
static cupel_trap_t *call_bad(void *env, cupel_caller_t *caller, const cupel_val_t *args,
                              size_t nargs, cupel_val_t *results, size_t nresults)
{
    (void)args, (void)nargs, (void)nresults;
    cupel_extern_t bad;
    cupel_trap_t *trap = NULL;
    ck_assert(cupel_caller_get_export(caller, "bad", 3, &bad));
    expect_error(
        cupel_func_call(cupel_caller_context(caller), bad.of.func, NULL, 0, results, 1, &trap),
        CUPEL_ERROR_INVALID, "i64");
    ck_assert_ptr_null(trap);
    results[0] = val_i32(33);
    ++*(int *)env;
    return NULL;
}

START_TEST(invalid_body_within_a_host_call)
{
    struct world t;
    int calls = 0;
    world_of(&t, CUPEL_COMPILE_LAZY, false, false);
    wasm_import_func(&t.w, "env", "host", wasm_type(&t.w, "", "i"));
    wasm_export_func(&t.w, "bad", "", "i", BYTES(W_I64_CONST, 1, W_END));
    wasm_export_func(&t.w, "f", "", "i", BYTES(W_CALL, 0, W_I32_CONST, 1, W_I32_ADD, W_END));
    cupel_extern_t host = extern_func(host_func(&t, "", "i", call_bad, &calls));
    cupel_instance_t inst = world_instantiate(&t, &host, 1);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "f"), NO_ARGS), 34);
    ck_assert_int_eq(calls, 1);
    world_fini(&t);
}
END_TEST

/* ---- fuel ---- */

static uint64_t fuel_of(struct world *t)
{
    uint64_t left;
    must(cupel_context_get_fuel(t->ctx, &left));
    return left;
}

static uint64_t fuel_of_call(struct world *t, cupel_func_t func, int32_t arg)
{
    must(cupel_context_set_fuel(t->ctx, 1000000));
    call_i32(t, func, ARGS(arg));
    return 1000000 - fuel_of(t);
}

START_TEST(fuel_is_the_codes)
{
    uint64_t used[3];
    for (int mode = 0; mode < 3; mode++) {
        struct world t;
        world_of(&t, (cupel_compilation_mode_t)mode, true, false);
        build_calls(&t.w);
        cupel_extern_t host = extern_func(host_func(&t, "i", "i", call_leaf, NULL));
        cupel_instance_t inst = world_instantiate(&t, &host, 1);
        used[mode] = fuel_of_call(&t, get_func(&t, inst, "fac"), 10);
        ck_assert_uint_eq(fuel_of_call(&t, get_func(&t, inst, "fac"), 10), used[mode]);
        world_fini(&t);
    }
    ck_assert_uint_gt(used[0], 0);
    ck_assert_uint_eq(used[1], used[0]);
    ck_assert_uint_eq(used[2], used[0]);
}
END_TEST

START_TEST(fuel_for_translation)
{
    static const uint8_t body[] = {W_LOCAL_GET, 0, W_I32_CONST, 1, W_I32_ADD, W_END};
    uint64_t cost = (sizeof body + 1) * (lazy_modes[_i] == CUPEL_COMPILE_LAZY ? 9 : 7);
    struct world t;
    world_of(&t, lazy_modes[_i], true, true);
    wasm_export_func(&t.w, "f", "i", "i", body, sizeof body);
    cupel_instance_t inst = world_instantiate(&t, NULL, 0);
    cupel_func_t f = get_func(&t, inst, "f");
    must(cupel_context_set_fuel(t.ctx, cost - 1));
    expect_trap(call_trap(&t, f, ARGS(1)), CUPEL_TRAP_OUT_OF_FUEL, "");
    ck_assert_uint_eq(fuel_of(&t), cost - 1);
    ck_assert_uint_eq(fuel_of_call(&t, f, 1), cost + 3);
    ck_assert_uint_eq(fuel_of_call(&t, f, 1), 3);
    world_fini(&t);
}
END_TEST

/* A call that cannot pay for a translation is resumed where it stands: at a function that it has
 * called, and at the one that it began with. */
START_TEST(fuel_for_translation_and_suspension)
{
    static const uint8_t leaf[] = {W_I32_CONST, 5, W_END};
    static const uint8_t outer[] = {W_CALL, 0, W_I32_CONST, 1, W_I32_ADD, W_END};
    uint64_t each = lazy_modes[_i] == CUPEL_COMPILE_LAZY ? 9 : 7;
    uint64_t costs[2] = {each * (sizeof outer + 1), each * (sizeof leaf + 1)};
    struct world t;
    cupel_resumable_t *call;
    cupel_trap_t *trap;
    cupel_val_t result;
    world_of(&t, lazy_modes[_i], true, true);
    wasm_export_func(&t.w, "leaf", "", "i", leaf, sizeof leaf);
    wasm_export_func(&t.w, "outer", "", "i", outer, sizeof outer);
    cupel_instance_t inst = world_instantiate(&t, NULL, 0);
    must(cupel_context_set_fuel(t.ctx, costs[0] - 1));
    must(cupel_func_call_resumable(t.ctx, get_func(&t, inst, "outer"), NULL, 0, &result, 1, &call,
                                   &trap));
    ck_assert(call && !trap);
    ck_assert_uint_eq(cupel_resumable_required_fuel(call), costs[0]);
    must(cupel_context_set_fuel(t.ctx, costs[0] + 3)); /* and for the body of "outer" */
    must(cupel_resumable_resume(t.ctx, call, NULL, 0, &result, 1, &trap));
    ck_assert_int_eq(cupel_resumable_reason(call), CUPEL_SUSPENDED_OUT_OF_FUEL);
    ck_assert_uint_eq(cupel_resumable_required_fuel(call), costs[1]);
    must(cupel_context_set_fuel(t.ctx, 1000));
    must(cupel_resumable_resume(t.ctx, call, NULL, 0, &result, 1, &trap));
    ck_assert_ptr_null(trap);
    ck_assert_int_eq(cupel_resumable_reason(call), CUPEL_NOT_SUSPENDED);
    ck_assert_int_eq(result.of.i32, 6);
    ck_assert_uint_eq(fuel_of(&t), 1000 - costs[1] - 1);
    cupel_resumable_delete(call);
    world_fini(&t);
}
END_TEST

START_TEST(fuel_for_translation_only_where_asked)
{
    struct world t;
    world_of(&t, _i ? CUPEL_COMPILE_EAGER : CUPEL_COMPILE_LAZY, _i != 0, true);
    wasm_export_func(&t.w, "f", "i", "i", BYTES(W_LOCAL_GET, 0, W_END));
    cupel_instance_t inst = world_instantiate(&t, NULL, 0);
    if (_i) /* eager: nothing is left for the call */
        ck_assert_uint_eq(fuel_of_call(&t, get_func(&t, inst, "f"), 1), 1);
    else /* unmetered */
        ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "f"), ARGS(4)), 4);
    world_fini(&t);
}
END_TEST

START_TEST(no_fuel_for_an_invalid_body)
{
    struct world t;
    world_of(&t, CUPEL_COMPILE_LAZY, true, true);
    build_bad(&t.w, false);
    cupel_instance_t inst = world_instantiate(&t, NULL, 0);
    must(cupel_context_set_fuel(t.ctx, 1000));
    expect_error(call_error(&t, get_func(&t, inst, "bad"), 0, 0), CUPEL_ERROR_INVALID, "i64");
    ck_assert_uint_eq(fuel_of(&t), 1000);
    world_fini(&t);
}
END_TEST

/* ---- places ---- */

/* The frames of a trap in "outer", which calls "inner"; functions are called in another order than
 * they are defined, so that the code lies in another order too. */
static void frames_of(cupel_compilation_mode_t mode, cupel_frame_t frames[2])
{
    struct world t;
    world_of(&t, mode, false, false);
    wasm_export_func(&t.w, "zero", "", "", BYTES(W_END));
    wasm_export_func(&t.w, "inner", "", "", BYTES(W_NOP, W_UNREACHABLE, W_END));
    wasm_export_func(&t.w, "one", "", "", BYTES(W_END));
    wasm_export_func(&t.w, "outer", "", "", BYTES(W_NOP, W_CALL, 1, W_END));
    cupel_instance_t inst = world_instantiate(&t, NULL, 0);
    call_i32(&t, get_func(&t, inst, "one"), NO_ARGS);
    cupel_trap_t *trap = call_trap(&t, get_func(&t, inst, "outer"), NO_ARGS);
    ck_assert_uint_eq(cupel_trap_frame_count(trap), 2);
    for (size_t i = 0; i < 2; i++)
        ck_assert(cupel_trap_frame(trap, i, &frames[i]));
    cupel_trap_delete(trap);
    call_i32(&t, get_func(&t, inst, "zero"), NO_ARGS);
    world_fini(&t);
}

START_TEST(backtraces)
{
    cupel_frame_t eager[2], lazy[2];
    frames_of(CUPEL_COMPILE_EAGER, eager);
    frames_of(lazy_modes[_i], lazy);
    for (int i = 0; i < 2; i++) {
        ck_assert_uint_eq(lazy[i].func_index, i == 0 ? 1 : 3);
        ck_assert_uint_eq(lazy[i].func_index, eager[i].func_index);
        ck_assert_uint_eq(lazy[i].module_offset, eager[i].module_offset);
    }
}
END_TEST

START_TEST(backtrace_of_what_has_not_begun)
{
    struct world t;
    cupel_frame_t frame;
    world_of(&t, CUPEL_COMPILE_LAZY, true, true);
    wasm_export_func(&t.w, "zero", "", "", BYTES(W_END));
    wasm_export_func(&t.w, "f", "", "", BYTES(W_NOP, W_END));
    cupel_instance_t inst = world_instantiate(&t, NULL, 0);
    must(cupel_context_set_fuel(t.ctx, 0));
    cupel_trap_t *trap = call_trap(&t, get_func(&t, inst, "f"), NO_ARGS);
    ck_assert_int_eq(cupel_trap_code(trap), CUPEL_TRAP_OUT_OF_FUEL);
    ck_assert_uint_eq(cupel_trap_frame_count(trap), 1);
    ck_assert(cupel_trap_frame(trap, 0, &frame));
    ck_assert_uint_eq(frame.func_index, 1);
    ck_assert_uint_ne(frame.module_offset, CUPEL_NO_OFFSET);
    cupel_trap_delete(trap);
    world_fini(&t);
}
END_TEST

/* ---- images and listings ---- */

START_TEST(images_are_the_same_in_all_modes)
{
    cupel_bytes_t images[3];
    for (int mode = 0; mode < 3; mode++) {
        struct world t;
        cupel_module_t *m, *back;
        cupel_instance_t inst;
        cupel_trap_t *trap;
        world_of(&t, (cupel_compilation_mode_t)mode, false, false);
        build_calls(&t.w);
        must(compile(&t, &m));
        cupel_extern_t host = extern_func(host_func(&t, "i", "i", call_leaf, NULL));
        must(cupel_instance_new(t.ctx, m, &host, 1, &inst, &trap));
        call_i32(&t, get_func(&t, inst, "fac"), ARGS(3));
        must(cupel_module_serialize(m, &images[mode]));
        must(cupel_module_deserialize(t.engine, images[mode].data, images[mode].len, &back));
        must(cupel_instance_new(t.ctx, back, &host, 1, &inst, &trap));
        ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "tail"), ARGS(5)), 7);
        cupel_module_delete(back);
        cupel_module_delete(m);
        world_fini(&t);
    }
    for (int mode = 1; mode < 3; mode++) {
        ck_assert_uint_eq(images[mode].len, images[0].len);
        ck_assert_mem_eq(images[mode].data, images[0].data, images[0].len);
    }
    for (int mode = 0; mode < 3; mode++)
        cupel_bytes_delete(&images[mode]);
}
END_TEST

static void count_line(void *env, const char *line)
{
    (void)line;
    ++*(int *)env;
}

START_TEST(listings)
{
    struct world t;
    cupel_module_t *m;
    int lines = 0;
    world_of(&t, lazy_modes[_i], false, false);
    build_calls(&t.w);
    must(compile(&t, &m));
    must(cupel_module_dump(m, 6, count_line, &lines));
    ck_assert_int_gt(lines, 3);
    cupel_module_delete(m);
    world_fini(&t);
}
END_TEST

START_TEST(no_functions_at_all)
{
    struct world t;
    world_of(&t, lazy_modes[_i], false, false);
    wasm_memory(&t.w, 1, 1);
    world_instantiate(&t, NULL, 0);
    world_fini(&t);
}
END_TEST

START_TEST(features_as_far_as_validated)
{
    struct world t;
    cupel_module_t *m;
    cupel_module_info_t before, after;
    cupel_bytes_t image;
    world_of(&t, lazy_modes[_i], false, false);
    wasm_export_func(&t.w, "f", "i", "i", BYTES(W_LOCAL_GET, 0, 0xc0, W_END)); /* i32.extend8_s */
    must(compile(&t, &m));
    cupel_module_info(m, &before);
    must(cupel_module_serialize(m, &image));
    cupel_module_info(m, &after);
    ck_assert_uint_eq(before.features == after.features,
                      lazy_modes[_i] == CUPEL_COMPILE_LAZY_TRANSLATION);
    cupel_bytes_delete(&image);
    cupel_module_delete(m);
    world_fini(&t);
}
END_TEST

START_TEST(code_beyond_its_limit)
{
    cupel_config_t *config = cupel_config_new();
    cupel_enforced_limits_t limits = {.code_bytes = 150};
    struct world t;
    cupel_module_t *m;
    cupel_instance_t inst;
    cupel_trap_t *trap;
    world_of(&t, CUPEL_COMPILE_EAGER, false, false);
    cupel_config_set_enforced_limits(config, &limits);
    cupel_config_set_compilation_mode(config, lazy_modes[_i]);
    cupel_engine_t *engine = cupel_engine_new_with_config(config);
    cupel_store_t *store = cupel_store_new(engine, NULL, NULL);
    build_calls(&t.w);
    size_t len;
    const uint8_t *bytes = wasm_finish(&t.w, &len);
    must(cupel_module_new(engine, bytes, len, &m));
    cupel_extern_t host;
    cupel_functype_t *type = functype_of("i", "i");
    host.kind = CUPEL_EXTERN_FUNC;
    must(cupel_func_new(cupel_store_context(store), type, call_leaf, NULL, NULL, &host.of.func));
    must(cupel_instance_new(cupel_store_context(store), m, &host, 1, &inst, &trap));
    cupel_extern_t f;
    ck_assert(cupel_instance_get_export(cupel_store_context(store), inst, "fac", 3, &f));
    cupel_val_t arg = val_i32(1), result;
    for (int i = 0; i < 2; i++)
        expect_limit(
            cupel_func_call(cupel_store_context(store), f.of.func, &arg, 1, &result, 1, &trap),
            "code_bytes");
    ck_assert(cupel_instance_get_export(cupel_store_context(store), inst, "leaf", 4, &f));
    must(cupel_func_call(cupel_store_context(store), f.of.func, &arg, 1, &result, 1, &trap));
    ck_assert_int_eq(result.of.i32, 2);
    cupel_functype_delete(type);
    cupel_module_delete(m);
    cupel_store_delete(store);
    cupel_engine_delete(engine);
    world_fini(&t);
}
END_TEST

void add_module_code(TCase *tc)
{
    tcase_add_loop_test(tc, calls_of_all_kinds, 0, LAZY_MODES);
    tcase_add_loop_test(tc, nothing_before_the_first_call, 0, LAZY_MODES);
    tcase_add_loop_test(tc, invalid_body_at_creation, 0, 2);
    tcase_add_test(tc, invalid_body_at_each_call);
    tcase_add_test(tc, invalid_start_function);
    tcase_add_test(tc, invalid_body_within_a_host_call);
    tcase_add_test(tc, fuel_is_the_codes);
    tcase_add_loop_test(tc, fuel_for_translation, 0, LAZY_MODES);
    tcase_add_loop_test(tc, fuel_for_translation_and_suspension, 0, LAZY_MODES);
    tcase_add_loop_test(tc, fuel_for_translation_only_where_asked, 0, 2);
    tcase_add_test(tc, no_fuel_for_an_invalid_body);
    tcase_add_loop_test(tc, backtraces, 0, LAZY_MODES);
    tcase_add_test(tc, backtrace_of_what_has_not_begun);
    tcase_add_test(tc, images_are_the_same_in_all_modes);
    tcase_add_loop_test(tc, listings, 0, LAZY_MODES);
    tcase_add_loop_test(tc, no_functions_at_all, 0, LAZY_MODES);
    tcase_add_loop_test(tc, features_as_far_as_validated, 0, LAZY_MODES);
    tcase_add_loop_test(tc, code_beyond_its_limit, 0, LAZY_MODES);
}
