/*
 * Globals: of the host, of instances, and passed on from one to the other.
 */
#include <string.h>

#include "tests/engine/runtime/runtime_tests.h"

static cupel_global_t new_global(struct world *t, bool is_mutable, cupel_val_t v)
{
    cupel_global_t g;
    must(cupel_global_new(t->ctx, &(cupel_globaltype_t){v.kind, is_mutable}, &v, &g));
    return g;
}

static int64_t get(struct world *t, cupel_global_t g)
{
    cupel_val_t v;
    must(cupel_global_get(t->ctx, g, &v));
    return v.kind == CUPEL_I32 ? v.of.i32 : v.of.i64;
}

static cupel_extern_t as_extern(cupel_global_t g)
{
    return (cupel_extern_t){.kind = CUPEL_EXTERN_GLOBAL, .of.global = g};
}

START_TEST(of_the_host)
{
    struct world t;
    cupel_globaltype_t type;
    cupel_val_t v = {.kind = CUPEL_I64, .of.i64 = INT64_MIN};
    world_init(&t, 0);
    cupel_global_t g = new_global(&t, true, v), fixed = new_global(&t, false, val_i32(-1));
    ck_assert_int_eq(get(&t, g), INT64_MIN);
    v.of.i64 = 12;
    must(cupel_global_set(t.ctx, g, &v));
    ck_assert_int_eq(get(&t, g), 12);
    v = val_i32(1);
    expect_error(cupel_global_set(t.ctx, g, &v), CUPEL_ERROR_TYPE, "i64");
    expect_error(cupel_global_set(t.ctx, fixed, &v), CUPEL_ERROR_MISUSE, "immutable");
    ck_assert_int_eq(get(&t, fixed), -1);
    must(cupel_global_type(t.ctx, g, &type));
    ck_assert(type.content == CUPEL_I64 && type.is_mutable);
    world_fini(&t);
}
END_TEST

START_TEST(keep_nan_bits)
{
    struct world t;
    cupel_val_t v = {.kind = CUPEL_F32, .of.f32_bits = 0x7fa00001};
    world_init(&t, 0);
    cupel_global_t g = new_global(&t, true, v);
    must(cupel_global_get(t.ctx, g, &v));
    ck_assert_uint_eq(v.of.f32_bits, 0x7fa00001);
    world_fini(&t);
}
END_TEST

START_TEST(v128)
{
    struct world t;
    cupel_val_t v = {.kind = CUPEL_V128};
    world_init(&t, 0);
    for (int i = 0; i < 16; i++)
        v.of.v128[i] = (uint8_t)i;
    cupel_global_t g = new_global(&t, true, v);
    cupel_val_t out;
    must(cupel_global_get(t.ctx, g, &out));
    ck_assert_mem_eq(out.of.v128, v.of.v128, 16);
    world_fini(&t);
}
END_TEST

/* Imports a global and exports it, and two of its own: own = 5, copy = the imported one's value. */
static cupel_instance_t passer(struct world *t, cupel_global_t g)
{
    wasm_import_global(&t->w, "env", "g", 'i', false);
    wasm_global(&t->w, 'i', true, BYTES(W_I32_CONST, 5, W_END));
    wasm_global(&t->w, 'i', false, BYTES(W_GLOBAL_GET, 0, W_END));
    wasm_export(&t->w, "g", CUPEL_EXTERN_GLOBAL, 0);
    wasm_export(&t->w, "own", CUPEL_EXTERN_GLOBAL, 1);
    wasm_export(&t->w, "copy", CUPEL_EXTERN_GLOBAL, 2);
    wasm_export_func(
        &t->w, "bump", "", "i",
        BYTES(W_GLOBAL_GET, 1, W_I32_CONST, 1, W_I32_ADD, W_GLOBAL_SET, 1, W_GLOBAL_GET, 1, W_END));
    cupel_extern_t import = as_extern(g);
    return world_instantiate(t, &import, 1);
}

START_TEST(passed_on)
{
    struct world t;
    world_init(&t, 0);
    cupel_global_t g = new_global(&t, false, val_i32(40));
    cupel_instance_t a = passer(&t, g);
    cupel_global_t through = get_export(&t, a, "g").of.global;
    ck_assert_uint_eq(through.index, g.index);
    ck_assert_int_eq(get(&t, get_export(&t, a, "copy").of.global), 40);
    /* The second passes the first's copy on. */
    cupel_instance_t b = passer(&t, get_export(&t, a, "copy").of.global);
    ck_assert_uint_eq(get_export(&t, b, "g").of.global.index,
                      get_export(&t, a, "copy").of.global.index);
    ck_assert_int_eq(get(&t, get_export(&t, b, "copy").of.global), 40);
    world_fini(&t);
}
END_TEST

START_TEST(shared_with_code)
{
    struct world t;
    cupel_val_t v = val_i32(10);
    world_init(&t, 0);
    cupel_global_t g = new_global(&t, false, val_i32(40));
    cupel_instance_t a = passer(&t, g), b = passer(&t, g);
    cupel_global_t own = get_export(&t, a, "own").of.global;
    ck_assert_int_eq(call_i32(&t, get_func(&t, a, "bump"), NO_ARGS), 6);
    ck_assert_int_eq(get(&t, own), 6);
    must(cupel_global_set(t.ctx, own, &v));
    ck_assert_int_eq(call_i32(&t, get_func(&t, a, "bump"), NO_ARGS), 11);
    ck_assert_int_eq(get(&t, get_export(&t, b, "own").of.global), 5);
    world_fini(&t);
}
END_TEST

START_TEST(many)
{
    struct world t;
    cupel_global_t all[200];
    world_init(&t, 0);
    for (int i = 0; i < 200; i += 4) {
        all[i] = new_global(&t, false, val_i32(i));
        cupel_instance_t inst = passer(&t, all[i]);
        all[i + 1] = get_export(&t, inst, "own").of.global;
        all[i + 2] = get_export(&t, inst, "copy").of.global;
        all[i + 3] = get_export(&t, inst, "g").of.global;
    }
    for (int i = 0; i < 200; i++)
        ck_assert_int_eq(get(&t, all[i]), i % 4 == 1 ? 5 : i / 4 * 4);
    world_fini(&t);
}
END_TEST

START_TEST(references)
{
    struct world t, other;
    int data;
    cupel_val_t v = {.kind = CUPEL_EXTERNREF}, out;
    world_init(&t, 0);
    world_init(&other, 0);
    must(cupel_externref_new(t.ctx, &data, NULL, &v.of.externref));
    cupel_global_t g = new_global(&t, true, v);
    must(cupel_global_get(t.ctx, g, &out));
    ck_assert_ptr_eq(cupel_externref_data(t.ctx, out.of.externref), &data);
    must(cupel_externref_new(other.ctx, &data, NULL, &v.of.externref));
    expect_error(cupel_global_set(t.ctx, g, &v), CUPEL_ERROR_MISUSE, "another store");
    expect_error(cupel_global_get(other.ctx, g, &out), CUPEL_ERROR_MISUSE, "store");
    g.index = 1;
    expect_error(cupel_global_get(t.ctx, g, &out), CUPEL_ERROR_MISUSE, "store");
    world_fini(&other);
    world_fini(&t);
}
END_TEST

void add_global(TCase *tc)
{
    tcase_add_test(tc, of_the_host);
    tcase_add_test(tc, keep_nan_bits);
    tcase_add_test(tc, v128);
    tcase_add_test(tc, passed_on);
    tcase_add_test(tc, shared_with_code);
    tcase_add_test(tc, many);
    tcase_add_test(tc, references);
}
