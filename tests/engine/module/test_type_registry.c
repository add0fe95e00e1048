/* One object per type, ids that come back, and threads that make and drop the same types. */
#include <pthread.h>
#include <stdlib.h>

#include "engine/module/types.h"
#include "tests/engine/module/module_suites.h"

START_TEST(equal_types_are_one)
{
    struct type_registry *r = type_registry_new();
    valtype types[] = {VT_I32, VT_I64};
    functype *a = type_registry_intern(r, types, 2, types, 1);
    functype *b = type_registry_intern(r, types, 2, types, 1);
    functype *c = type_registry_intern(r, types, 1, types, 2);
    functype *d = type_registry_intern(r, NULL, 0, NULL, 0);
    ck_assert_ptr_eq(a, b);
    ck_assert_ptr_ne(a, c);
    ck_assert(a->id != 0 && c->id != 0 && a->id != c->id && d->id != a->id);
    type_registry_release(r, a);
    functype *again = type_registry_intern(r, types, 2, types, 1);
    ck_assert_ptr_eq(again, b);
    type_registry_release(r, again);
    type_registry_release(r, b);
    type_registry_release(r, c);
    type_registry_release(r, d);
    type_registry_release(r, NULL);
    type_registry_delete(r);
    type_registry_delete(NULL);
}
END_TEST

START_TEST(ids_are_unique_and_come_back)
{
    enum { COUNT = 5000 };
    struct type_registry *r = type_registry_new();
    static functype *made[COUNT];
    static unsigned char seen[2 * COUNT];
    valtype bits[16];
    for (int round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < COUNT; i++) {
            for (uint32_t j = 0; j < 16; j++)
                bits[j] = i >> j & 1 ? VT_I32 : VT_F64;
            made[i] = type_registry_intern(r, bits, 16, NULL, 0);
            /* However often, the ids stay the first ones. */
            ck_assert(made[i]->id >= 1 && made[i]->id <= COUNT);
            ck_assert_uint_eq(seen[made[i]->id], round);
            seen[made[i]->id]++;
        }
        for (uint32_t i = 0; i < COUNT; i++)
            type_registry_release(r, made[i]);
    }
    type_registry_delete(r);
}
END_TEST

static void *make_and_drop(void *arg)
{
    struct type_registry *r = arg;
    valtype types[8] = {VT_I32, VT_I32, VT_I32, VT_I32, VT_I32, VT_I32, VT_I32, VT_I32};
    for (uint32_t i = 0; i < 20000; i++) {
        uint32_t n = i % 8;
        functype *t = type_registry_intern(r, types, n, types, 1);
        functype *same = type_registry_intern(r, types, n, types, 1);
        if (!t || t != same || t->nparams != n || t->id == 0)
            return "wrong";
        type_registry_release(r, functype_ref(t));
        type_registry_release(r, t);
        type_registry_release(r, same);
    }
    return NULL;
}

START_TEST(threads_share_it)
{
    struct type_registry *r = type_registry_new();
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, make_and_drop, r), 0);
    for (int i = 0; i < 4; i++) {
        void *failure;
        pthread_join(threads[i], &failure);
        ck_assert_ptr_null(failure);
    }
    type_registry_delete(r);
}
END_TEST

Suite *suite_type_registry(void)
{
    return SUITE_OF("module/type_registry", equal_types_are_one, ids_are_unique_and_come_back,
                    threads_share_it);
}
