/*
 * Handles: null, the same, their types.
 */
#include "tests/engine/runtime/runtime_tests.h"

START_TEST(null_references)
{
    struct world t;
    cupel_externref_t ref;
    world_init(&t, 0);
    ck_assert(cupel_func_is_null(cupel_func_null()));
    ck_assert(!cupel_func_is_null(host_func(&t, "", "", NULL, NULL)));
    ck_assert(cupel_func_same(cupel_func_null(), (cupel_func_t){.index = 5}));
    ck_assert(cupel_externref_is_null(cupel_externref_null()));
    must(cupel_externref_new(t.ctx, &t, NULL, &ref));
    ck_assert(!cupel_externref_is_null(ref));
    ck_assert(cupel_externref_same(cupel_externref_null(), (cupel_externref_t){.index = 5}));
    ck_assert(!cupel_externref_same(ref, cupel_externref_null()));
    world_fini(&t);
}
END_TEST

START_TEST(references_to_equal_data_differ)
{
    struct world t;
    cupel_externref_t a, b;
    world_init(&t, 0);
    must(cupel_externref_new(t.ctx, &t, NULL, &a));
    must(cupel_externref_new(t.ctx, &t, NULL, &b));
    ck_assert(cupel_externref_same(a, a));
    ck_assert(!cupel_externref_same(a, b));
    ck_assert_ptr_eq(cupel_externref_data(t.ctx, a), cupel_externref_data(t.ctx, b));
    world_fini(&t);
}
END_TEST

/* One of each kind, under these names. */
static const char *const names[] = {"f", "t", "m", "g"};

static cupel_instance_t one_of_each(struct world *t)
{
    uint32_t type = wasm_type(&t->w, "iI", "F");
    uint32_t f = wasm_func(&t->w, type, "", BYTES(W_UNREACHABLE, W_END));
    wasm_table(&t->w, 'r', 2, 5);
    wasm_memory(&t->w, 3, 7);
    wasm_global(&t->w, 'i', true, BYTES(W_I32_CONST, 3, W_END));
    wasm_export(&t->w, "f", CUPEL_EXTERN_FUNC, f);
    wasm_export(&t->w, "t", CUPEL_EXTERN_TABLE, 0);
    wasm_export(&t->w, "m", CUPEL_EXTERN_MEMORY, 0);
    wasm_export(&t->w, "g", CUPEL_EXTERN_GLOBAL, 0);
    return world_instantiate(t, NULL, 0);
}

/* A module that imports and exports them again. */
static cupel_instance_t through(struct world *t, const cupel_extern_t *items)
{
    wasm_import_func(&t->w, "", "f", wasm_type(&t->w, "iI", "F"));
    wasm_import_table(&t->w, "", "t", 'r', 1, WASM_NO_MAX);
    wasm_import_memory(&t->w, "", "m", 1, WASM_NO_MAX);
    wasm_import_global(&t->w, "", "g", 'i', true);
    for (int i = 0; i < 4; i++)
        wasm_export(&t->w, names[i], i, 0);
    return world_instantiate(t, items, 4);
}

START_TEST(the_same_wherever_it_comes_from)
{
    struct world t;
    cupel_extern_t a[4], b[4], c[4];
    world_init(&t, 0);
    cupel_instance_t first = one_of_each(&t), other = one_of_each(&t);
    for (int i = 0; i < 4; i++) {
        a[i] = get_export(&t, first, names[i]);
        b[i] = get_export(&t, other, names[i]);
    }
    cupel_instance_t again = through(&t, a);
    for (int i = 0; i < 4; i++)
        c[i] = get_export(&t, again, names[i]);
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 4; k++) {
            ck_assert_int_eq(cupel_extern_same(&a[i], &c[k]), i == k);
            ck_assert(!cupel_extern_same(&a[i], &b[k]));
        }
    ck_assert(cupel_instance_same(first, first));
    ck_assert(!cupel_instance_same(first, again));
    ck_assert(cupel_table_same(a[1].of.table, c[1].of.table));
    ck_assert(cupel_memory_same(a[2].of.memory, c[2].of.memory));
    ck_assert(cupel_global_same(a[3].of.global, c[3].of.global));
    ck_assert(!cupel_extern_same(&(cupel_extern_t){.kind = (cupel_externkind_t)9},
                                 &(cupel_extern_t){.kind = (cupel_externkind_t)9}));
    world_fini(&t);
}
END_TEST

START_TEST(stores_are_told_apart)
{
    struct world t, other;
    world_init(&t, 0);
    world_init(&other, 0);
    cupel_instance_t a = one_of_each(&t), b = one_of_each(&other);
    ck_assert(!cupel_instance_same(a, b));
    for (int i = 0; i < 4; i++) {
        cupel_extern_t x = get_export(&t, a, names[i]), y = get_export(&other, b, names[i]);
        ck_assert(!cupel_extern_same(&x, &y));
    }
    world_fini(&other);
    world_fini(&t);
}
END_TEST

START_TEST(types_of_externs)
{
    struct world t, other;
    cupel_externtype_t type;
    size_t count;
    world_init(&t, 0);
    world_init(&other, 0);
    cupel_instance_t inst = one_of_each(&t);
    for (int i = 0; i < 4; i++) {
        cupel_extern_t item = get_export(&t, inst, names[i]);
        must(cupel_extern_type(t.ctx, &item, &type));
        ck_assert_int_eq(type.kind, i);
        switch (type.kind) {
        case CUPEL_EXTERN_FUNC:
            ck_assert_int_eq(cupel_functype_params(type.of.func, &count)[1], CUPEL_I64);
            ck_assert_uint_eq(count, 2);
            break;
        case CUPEL_EXTERN_TABLE:
            ck_assert_uint_eq(type.of.table.limits.min, 2);
            break;
        case CUPEL_EXTERN_MEMORY:
            ck_assert_uint_eq(type.of.memory.limits.max, 7);
            break;
        case CUPEL_EXTERN_GLOBAL:
            ck_assert(type.of.global.is_mutable);
        }
        expect_error(cupel_extern_type(other.ctx, &item, &type), CUPEL_ERROR_MISUSE,
                     "not one of this store");
    }
    cupel_extern_t null = {.kind = CUPEL_EXTERN_FUNC}, unknown = {.kind = (cupel_externkind_t)9};
    expect_error(cupel_extern_type(t.ctx, &null, &type), CUPEL_ERROR_MISUSE, "");
    expect_error(cupel_extern_type(t.ctx, &unknown, &type), CUPEL_ERROR_MISUSE, "kind");
    world_fini(&other);
    world_fini(&t);
}
END_TEST

START_TEST(exports_one_by_one)
{
    struct world t, other;
    cupel_name_t name;
    cupel_extern_t item;
    world_init(&t, 0);
    world_init(&other, 0);
    cupel_instance_t inst = one_of_each(&t);
    ck_assert_uint_eq(cupel_instance_export_count(t.ctx, inst), 4);
    for (size_t i = 0; i < 4; i++) {
        ck_assert(cupel_instance_export(t.ctx, inst, i, &name, &item));
        ck_assert_uint_eq(name.len, 1);
        ck_assert_int_eq(name.data[0], names[i][0]);
        cupel_extern_t by_name = get_export(&t, inst, names[i]);
        ck_assert(cupel_extern_same(&item, &by_name));
    }
    ck_assert(!cupel_instance_export(t.ctx, inst, 4, &name, &item));
    ck_assert_uint_eq(cupel_instance_export_count(other.ctx, inst), 0);
    ck_assert(!cupel_instance_export(other.ctx, inst, 0, &name, &item));
    world_fini(&other);
    world_fini(&t);
}
END_TEST

void add_handles(TCase *tc)
{
    tcase_add_test(tc, null_references);
    tcase_add_test(tc, references_to_equal_data_differ);
    tcase_add_test(tc, the_same_wherever_it_comes_from);
    tcase_add_test(tc, stores_are_told_apart);
    tcase_add_test(tc, types_of_externs);
    tcase_add_test(tc, exports_one_by_one);
}
