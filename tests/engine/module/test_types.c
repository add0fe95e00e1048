/* Names and kinds of value types, function types and how they are printed. */
#include "engine/module/types.h"

#include <string.h>

#include "tests/engine/module/module_suites.h"

static const valtype all[] = {VT_I32, VT_I64, VT_F32, VT_F64, VT_V128, VT_FUNCREF, VT_EXTERNREF};

START_TEST(kinds_map_both_ways)
{
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        ck_assert_uint_eq(valtype_from_kind(valtype_to_kind(all[i])), all[i]);
        ck_assert_uint_eq(valtype_is_ref(all[i]), i >= 5);
        ck_assert_uint_eq(valtype_is_num(all[i]), i < 4);
    }
    ck_assert_uint_eq(valtype_from_kind((cupel_valkind_t)99), VT_BOT);
    ck_assert_str_eq(valtype_name(VT_I64), "i64");
    ck_assert_str_eq(valtype_name(VT_EXTERNREF), "externref");
    ck_assert_str_eq(valtype_name(0x12), "?");
}
END_TEST

START_TEST(holds_what_it_was_made_of)
{
    functype *t = functype_new(all, 7, all + 4, 2);
    ck_assert_uint_eq(t->nparams, 7);
    ck_assert_uint_eq(t->nresults, 2);
    ck_assert_uint_eq(t->param_slots, 8);
    ck_assert_uint_eq(t->result_slots, 3);
    ck_assert_uint_eq(t->id, 0);
    ck_assert_int_eq(memcmp(t->params, all, sizeof all), 0);
    ck_assert_uint_eq(t->results[1], VT_FUNCREF);
    ck_assert_int_eq(t->param_kinds[6], CUPEL_EXTERNREF);
    ck_assert_int_eq(t->result_kinds[0], CUPEL_V128);
    functype_ref(t);
    functype_unref(t);
    functype_unref(t);
    functype_unref(NULL);
}
END_TEST

START_TEST(equality_tells_sides_apart)
{
    functype *a = functype_new(all, 2, NULL, 0), *b = functype_new(all, 1, all + 1, 1),
             *c = functype_new(all, 2, NULL, 0);
    ck_assert(functype_equal(a, a));
    ck_assert(functype_equal(a, c));
    ck_assert(!functype_equal(a, b));
    functype_unref(a);
    functype_unref(b);
    functype_unref(c);
}
END_TEST

START_TEST(prints_within_bounds)
{
    functype *t = functype_new(all, 2, all + 2, 1);
    char buf[64];
    functype_print(t, buf, sizeof buf);
    ck_assert_str_eq(buf, "(i32, i64) -> (f32)");
    functype_print(t, buf, 8);
    ck_assert_str_eq(buf, "(i32, i");
    functype_print(t, buf, 1);
    ck_assert_str_eq(buf, "");
    functype_print(t, buf, 0);
    functype_unref(t);
}
END_TEST

Suite *suite_types(void)
{
    return SUITE_OF("module/types", kinds_map_both_ways, holds_what_it_was_made_of,
                    equality_tells_sides_apart, prints_within_bounds);
}
