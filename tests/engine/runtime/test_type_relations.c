/*
 * Types that are held by value: sharing, equality, import matching, and values to begin with.
 */
#include <string.h>

#include "tests/engine/runtime/runtime_tests.h"

START_TEST(function_types)
{
    cupel_functype_t *a = functype_of("iI", "f"), *b = functype_of("iI", "f");
    cupel_functype_t *c = functype_of("iI", "F"), *d = functype_of("i", "f");
    cupel_functype_t *shared = cupel_functype_clone(a);
    ck_assert(cupel_functype_equal(a, b) && cupel_functype_equal(a, shared));
    ck_assert(!cupel_functype_equal(a, c) && !cupel_functype_equal(a, d));
    cupel_functype_delete(a);
    size_t n;
    ck_assert_int_eq(cupel_functype_params(shared, &n)[1], CUPEL_I64);
    ck_assert_uint_eq(n, 2);
    cupel_functype_delete(shared);
    cupel_functype_delete(b);
    cupel_functype_delete(c);
    cupel_functype_delete(d);
}
END_TEST

START_TEST(function_type_of_a_module_that_is_gone)
{
    struct world t;
    size_t n;
    world_init(&t, 0);
    wasm_export_func(&t.w, "f", "iF", "I", BYTES(W_I64_CONST, 0, W_END));
    cupel_module_t *m = world_compile(&t);
    ck_assert_ptr_null(cupel_module_func_type(m, 1));
    cupel_functype_t *type = cupel_functype_clone(cupel_module_func_type(m, 0));
    ck_assert(cupel_functype_equal(type, cupel_module_func_type(m, 0)));
    cupel_module_delete(m);
    world_fini(&t);
    ck_assert_int_eq(cupel_functype_params(type, &n)[1], CUPEL_F64);
    ck_assert_int_eq(cupel_functype_results(type, &n)[0], CUPEL_I64);
    cupel_functype_delete(type);
}
END_TEST

static cupel_externtype_t memory(uint64_t min, uint64_t max, bool is_64, uint32_t page)
{
    return (cupel_externtype_t){
        .kind = CUPEL_EXTERN_MEMORY,
        .of.memory = {{.min = min, .max = max, .has_max = max != 0, .is_64 = is_64}, page}};
}

static cupel_externtype_t table(cupel_valkind_t element, uint64_t min, uint64_t max)
{
    return (cupel_externtype_t){
        .kind = CUPEL_EXTERN_TABLE,
        .of.table = {element, {.min = min, .max = max, .has_max = max != 0}}};
}

static cupel_externtype_t global(cupel_valkind_t content, bool is_mutable)
{
    return (cupel_externtype_t){.kind = CUPEL_EXTERN_GLOBAL, .of.global = {content, is_mutable}};
}

START_TEST(matching)
{
    const struct {
        cupel_externtype_t provided, required;
        bool equal, matches;
    } rows[] = {
        {memory(1, 0, false, 16), memory(1, 0, false, 16), true, true},
        {memory(2, 0, false, 16), memory(1, 0, false, 16), false, true},
        {memory(1, 0, false, 16), memory(2, 0, false, 16), false, false},
        {memory(1, 5, false, 16), memory(1, 0, false, 16), false, true},
        {memory(1, 0, false, 16), memory(1, 5, false, 16), false, false},
        {memory(1, 5, false, 16), memory(1, 6, false, 16), false, true},
        {memory(1, 6, false, 16), memory(1, 5, false, 16), false, false},
        {memory(1, 6, true, 16), memory(1, 6, false, 16), false, false},
        {memory(1, 6, true, 0), memory(1, 6, true, 16), false, false},
        {table(CUPEL_FUNCREF, 1, 2), table(CUPEL_FUNCREF, 1, 2), true, true},
        {table(CUPEL_FUNCREF, 2, 2), table(CUPEL_FUNCREF, 1, 3), false, true},
        {table(CUPEL_FUNCREF, 1, 0), table(CUPEL_FUNCREF, 1, 2), false, false},
        {table(CUPEL_EXTERNREF, 1, 2), table(CUPEL_FUNCREF, 1, 2), false, false},
        {global(CUPEL_I32, true), global(CUPEL_I32, true), true, true},
        {global(CUPEL_I32, true), global(CUPEL_I32, false), false, false},
        {global(CUPEL_I32, false), global(CUPEL_I64, false), false, false},
        {global(CUPEL_I32, false), memory(1, 0, false, 16), false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const cupel_externtype_t *p = &rows[i].provided, *r = &rows[i].required;
        ck_assert_msg(cupel_externtype_equal(p, r) == rows[i].equal, "row %zu", i);
        ck_assert_msg(cupel_externtype_equal(r, p) == rows[i].equal, "row %zu", i);
        ck_assert_msg(cupel_externtype_matches(p, r) == rows[i].matches, "row %zu", i);
    }
    cupel_functype_t *a = functype_of("i", ""), *b = functype_of("i", ""), *c = functype_of("", "");
    cupel_externtype_t fa = {.of.func = a}, fb = {.of.func = b}, fc = {.of.func = c};
    ck_assert(cupel_externtype_equal(&fa, &fb) && cupel_externtype_matches(&fa, &fb));
    ck_assert(!cupel_externtype_equal(&fa, &fc) && !cupel_externtype_matches(&fa, &fc));
    cupel_functype_delete(a);
    cupel_functype_delete(b);
    cupel_functype_delete(c);
}
END_TEST

/* A maximum that is not meant does not count. */
START_TEST(what_is_not_said_is_not_compared)
{
    cupel_externtype_t a = memory(1, 0, false, 16), b = a;
    b.of.memory.limits.max = 77;
    ck_assert(cupel_memorytype_equal(&a.of.memory, &b.of.memory));
    ck_assert(cupel_externtype_matches(&a, &b) && cupel_externtype_matches(&b, &a));
}
END_TEST

START_TEST(defaults)
{
    static const uint8_t zeros[16];
    for (int kind = CUPEL_I32; kind <= CUPEL_EXTERNREF; kind++) {
        cupel_val_t v = cupel_val_default((cupel_valkind_t)kind);
        ck_assert_int_eq((int)v.kind, kind);
        ck_assert_mem_eq(v.of.v128, zeros, sizeof zeros);
    }
    ck_assert_uint_eq(cupel_val_default(CUPEL_FUNCREF).of.funcref.store_id, 0);
    ck_assert_uint_eq(cupel_val_default(CUPEL_EXTERNREF).of.externref.store_id, 0);
}
END_TEST

void add_type_relations(TCase *tc)
{
    tcase_add_test(tc, function_types);
    tcase_add_test(tc, function_type_of_a_module_that_is_gone);
    tcase_add_test(tc, matching);
    tcase_add_test(tc, what_is_not_said_is_not_compared);
    tcase_add_test(tc, defaults);
}
