/*
 * Builders: defined once, shared by linkers, on many threads too.
 */
#include <pthread.h>
#include <string.h>

#include "tests/engine/runtime/runtime_tests.h"

#define STR(s) s, strlen(s)

static cupel_trap_t *give_number(void *env, cupel_caller_t *caller, const cupel_val_t *args,
                                 size_t nargs, cupel_val_t *results, size_t nresults)
{
    (void)caller, (void)args, (void)nargs, (void)nresults;
    results[0].of.i32 = *(const int *)env;
    return NULL;
}

static cupel_error_t *define(cupel_linker_builder_t *b, const char *module, const char *name,
                             void *env, void (*finalize)(void *))
{
    cupel_functype_t *type = functype_of("", "i");
    cupel_error_t *error =
        cupel_linker_builder_func_new(b, STR(module), STR(name), type, give_number, env, finalize);
    cupel_functype_delete(type);
    return error;
}

/* go() calls env::f. */
static cupel_module_t *user(struct world *t)
{
    wasm_import_func(&t->w, "env", "f", wasm_type(&t->w, "", "i"));
    wasm_export_func(&t->w, "go", "", "i", BYTES(W_CALL, 0, W_END));
    return world_compile(t);
}

/* What go() gives in a new instance. */
static int32_t go(cupel_linker_t *l, cupel_context_t *ctx, cupel_module_t *m)
{
    cupel_instance_t inst;
    cupel_extern_t f;
    cupel_trap_t *trap;
    cupel_val_t result;
    must(cupel_linker_instantiate(l, ctx, m, &inst, &trap));
    ck_assert_ptr_null(trap);
    ck_assert(cupel_instance_get_export(ctx, inst, "go", 2, &f));
    must(cupel_func_call(ctx, f.of.func, NULL, 0, &result, 1, &trap));
    ck_assert_ptr_null(trap);
    return result.of.i32;
}

START_TEST(two_states)
{
    struct world t;
    int number = 7, runs = 0;
    cupel_linker_t *l;
    world_init(&t, 0);
    cupel_linker_builder_t *b = cupel_linker_builder_new(t.engine);
    ck_assert(!cupel_linker_builder_is_ready(b));
    must(define(b, "env", "f", &number, NULL));
    expect_error(cupel_linker_builder_create(b, &l), CUPEL_ERROR_MISUSE, "not ready");
    ck_assert_ptr_null(l);
    cupel_linker_builder_finish(b);
    cupel_linker_builder_finish(b);
    ck_assert(cupel_linker_builder_is_ready(b));
    expect_error(define(b, "env", "g", &runs, count_run), CUPEL_ERROR_MISUSE, "is ready");
    ck_assert_int_eq(runs, 1);
    must(cupel_linker_builder_create(b, &l));
    cupel_module_t *m = user(&t);
    ck_assert_int_eq(go(l, t.ctx, m), 7);
    cupel_module_delete(m);
    cupel_linker_delete(l);
    cupel_linker_builder_delete(b);
    cupel_linker_builder_delete(NULL);
    world_fini(&t);
}
END_TEST

START_TEST(duplicates)
{
    struct world t;
    int number = 7, other = 8, runs = 0;
    cupel_linker_t *l;
    cupel_functype_t *type = functype_of("", "i");
    world_init(&t, 0);
    cupel_linker_builder_t *b = cupel_linker_builder_new(t.engine);
    must(define(b, "env", "f", &number, NULL));
    cupel_error_t *error = define(b, "env", "f", &runs, count_run);
    ck_assert_int_eq(cupel_error_link(error), CUPEL_LINK_DUPLICATE);
    expect_error(error, CUPEL_ERROR_MISUSE, "\"env\"::\"f\" is defined already");
    ck_assert_int_eq(runs, 1);
    cupel_linker_builder_finish(b);
    must(cupel_linker_builder_create(b, &l));
    /* What the builder has counts as the linker's. */
    error = cupel_linker_func_new(l, STR("env"), STR("f"), type, give_number, &runs, count_run);
    ck_assert_int_eq(cupel_error_link(error), CUPEL_LINK_DUPLICATE);
    expect_error(error, CUPEL_ERROR_MISUSE, "already");
    ck_assert_int_eq(runs, 2);
    cupel_linker_allow_shadowing(l, true);
    must(cupel_linker_func_new(l, STR("env"), STR("f"), type, give_number, &other, NULL));
    cupel_functype_delete(type);
    /* ... and shadowing it is of no concern to others. */
    cupel_module_t *m = user(&t);
    ck_assert_int_eq(go(l, t.ctx, m), 8);
    cupel_linker_delete(l);
    must(cupel_linker_builder_create(b, &l));
    ck_assert_int_eq(go(l, t.ctx, m), 7);
    cupel_linker_delete(l);
    cupel_module_delete(m);
    cupel_linker_builder_delete(b);
    world_fini(&t);
}
END_TEST

static cupel_trap_t *give_nine(void *env, cupel_caller_t *caller, cupel_raw_t *cells, size_t ncells)
{
    (void)env, (void)caller;
    ck_assert_uint_eq(ncells, 1);
    cells[0].i32 = 9;
    return NULL;
}

START_TEST(raw_functions)
{
    struct world t;
    int runs = 0;
    cupel_linker_t *l;
    cupel_functype_t *type = functype_of("", "i");
    world_init(&t, 0);
    cupel_linker_builder_t *b = cupel_linker_builder_new(t.engine);
    must(cupel_linker_builder_func_new_unchecked(b, STR("env"), STR("f"), type, give_nine, &runs,
                                                 count_run));
    cupel_linker_builder_finish(b);
    must(cupel_linker_builder_create(b, &l));
    cupel_module_t *m = user(&t);
    ck_assert_int_eq(go(l, t.ctx, m), 9);
    cupel_module_delete(m);
    cupel_linker_delete(l);
    expect_error(cupel_linker_builder_func_new_unchecked(b, STR("env"), STR("g"), type, give_nine,
                                                         &runs, count_run),
                 CUPEL_ERROR_MISUSE, "is ready");
    ck_assert_int_eq(runs, 1);
    cupel_functype_delete(type);
    cupel_linker_builder_delete(b);
    world_fini(&t);
    ck_assert_int_eq(runs, 2);
}
END_TEST

START_TEST(lives_as_long_as_used)
{
    struct world t;
    int runs = 0;
    cupel_linker_t *l;
    world_init(&t, 0);
    cupel_linker_builder_t *b = cupel_linker_builder_new(t.engine);
    must(define(b, "env", "f", &runs, count_run));
    cupel_linker_builder_finish(b);
    cupel_linker_builder_t *clone = cupel_linker_builder_clone(b);
    ck_assert_ptr_eq(clone, b);
    cupel_linker_builder_delete(b);
    must(cupel_linker_builder_create(clone, &l));
    cupel_linker_builder_delete(clone);
    cupel_module_t *m = user(&t);
    ck_assert_int_eq(go(l, t.ctx, m), 0);
    cupel_module_delete(m);
    cupel_linker_delete(l);
    ck_assert_int_eq(runs, 0);
    world_fini(&t);
    ck_assert_int_eq(runs, 1);
}
END_TEST

START_TEST(alias_of_what_is_shared)
{
    struct world t;
    int number = 7, other = 8;
    cupel_linker_t *l;
    cupel_functype_t *type = functype_of("", "i");
    world_init(&t, 0);
    cupel_linker_builder_t *b = cupel_linker_builder_new(t.engine);
    must(define(b, "lib", "f", &number, NULL));
    must(define(b, "lib", "g", &number, NULL));
    cupel_linker_builder_finish(b);
    must(cupel_linker_builder_create(b, &l));
    must(cupel_linker_alias_module(l, STR("lib"), STR("env")));
    cupel_module_t *m = user(&t);
    ck_assert_int_eq(go(l, t.ctx, m), 7);
    cupel_linker_delete(l);
    must(cupel_linker_builder_create(b, &l));
    cupel_linker_allow_shadowing(l, true);
    must(cupel_linker_func_new(l, STR("lib"), STR("f"), type, give_number, &other, NULL));
    cupel_linker_allow_shadowing(l, false);
    must(cupel_linker_alias_module(l, STR("lib"), STR("env")));
    ck_assert_int_eq(go(l, t.ctx, m), 8);
    cupel_functype_delete(type);
    cupel_module_delete(m);
    cupel_linker_delete(l);
    cupel_linker_builder_delete(b);
    world_fini(&t);
}
END_TEST

START_TEST(engines_must_agree)
{
    struct world t, other;
    int number = 7;
    cupel_linker_t *l;
    cupel_instance_t inst;
    cupel_trap_t *trap;
    world_init(&t, 0);
    world_init(&other, 0);
    cupel_linker_builder_t *b = cupel_linker_builder_new(other.engine);
    must(define(b, "env", "f", &number, NULL));
    cupel_linker_builder_finish(b);
    must(cupel_linker_builder_create(b, &l));
    cupel_module_t *m = user(&t);
    expect_error(cupel_linker_instantiate(l, t.ctx, m, &inst, &trap), CUPEL_ERROR_MISUSE,
                 "different engines");
    cupel_module_delete(m);
    cupel_linker_delete(l);
    cupel_linker_builder_delete(b);
    world_fini(&other);
    world_fini(&t);
}
END_TEST

struct shared {
    cupel_engine_t *engine;
    cupel_linker_builder_t *builder;
    cupel_module_t *module;
};

static void *link_many(void *env)
{
    const struct shared *s = env;
    intptr_t sum = 0;
    for (int i = 0; i < 50; i++) {
        cupel_store_t *store = cupel_store_new(s->engine, NULL, NULL);
        cupel_linker_builder_t *mine = cupel_linker_builder_clone(s->builder);
        cupel_linker_t *l;
        must(cupel_linker_builder_create(mine, &l));
        cupel_linker_builder_delete(mine);
        sum += go(l, cupel_store_context(store), s->module);
        cupel_linker_delete(l);
        cupel_store_delete(store);
    }
    return (void *)sum;
}

START_TEST(shared_by_threads)
{
    struct world t;
    int number = 7;
    pthread_t threads[4];
    world_init(&t, 0);
    struct shared s = {t.engine, cupel_linker_builder_new(t.engine), NULL};
    must(define(s.builder, "env", "f", &number, NULL));
    cupel_linker_builder_finish(s.builder);
    s.module = user(&t);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, link_many, &s), 0);
    for (int i = 0; i < 4; i++) {
        void *sum;
        ck_assert_int_eq(pthread_join(threads[i], &sum), 0);
        ck_assert_int_eq((intptr_t)sum, 350);
    }
    cupel_module_delete(s.module);
    cupel_linker_builder_delete(s.builder);
    world_fini(&t);
}
END_TEST

void add_linker_builder(TCase *tc)
{
    tcase_add_test(tc, two_states);
    tcase_add_test(tc, duplicates);
    tcase_add_test(tc, raw_functions);
    tcase_add_test(tc, lives_as_long_as_used);
    tcase_add_test(tc, alias_of_what_is_shared);
    tcase_add_test(tc, engines_must_agree);
    tcase_add_test(tc, shared_by_threads);
}
