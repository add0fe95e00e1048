/*
 * Linkers: definitions, resolution, what errors say, and finalisers.
 */
#include <stdio.h>
#include <string.h>

#include "tests/engine/runtime/runtime_tests.h"

#define STR(s) s, strlen(s)

static cupel_trap_t *seven(void *env, cupel_caller_t *caller, const cupel_val_t *args, size_t nargs,
                           cupel_val_t *results, size_t nresults)
{
    (void)caller, (void)args, (void)nargs, (void)nresults;
    results[0].of.i32 = 7;
    if (env)
        results[0].of.i32 += *(int *)env;
    return NULL;
}

static cupel_error_t *define_func(cupel_linker_t *l, const char *module, const char *name,
                                  void *env, void (*finalize)(void *))
{
    cupel_functype_t *type = functype_of("", "i");
    cupel_error_t *error =
        cupel_linker_func_new(l, STR(module), STR(name), type, seven, env, finalize);
    cupel_functype_delete(type);
    return error;
}

/* go() calls env::f; the function is exported again as f. */
static cupel_module_t *user(struct world *t)
{
    uint32_t type = wasm_type(&t->w, "", "i");
    wasm_import_func(&t->w, "env", "f", type);
    wasm_export(&t->w, "f", CUPEL_EXTERN_FUNC, 0);
    wasm_export_func(&t->w, "go", "", "i", BYTES(W_CALL, 0, W_END));
    return world_compile(t);
}

static cupel_instance_t link_in(struct world *t, cupel_linker_t *l, cupel_context_t *ctx,
                                cupel_module_t *m)
{
    (void)t;
    cupel_instance_t inst;
    cupel_trap_t *trap;
    must(cupel_linker_instantiate(l, ctx, m, &inst, &trap));
    ck_assert_ptr_null(trap);
    return inst;
}

static cupel_error_t *fails(cupel_linker_t *l, cupel_context_t *ctx, cupel_module_t *m)
{
    cupel_instance_t inst;
    cupel_trap_t *trap;
    cupel_error_t *error = cupel_linker_instantiate(l, ctx, m, &inst, &trap);
    ck_assert_ptr_null(trap);
    ck_assert_uint_eq(inst.store_id, 0);
    cupel_module_delete(m);
    return error;
}

START_TEST(resolves_functions)
{
    struct world t;
    world_init(&t, 0);
    cupel_linker_t *l = cupel_linker_new(t.engine);
    must(define_func(l, "env", "f", NULL, NULL));
    cupel_module_t *m = user(&t);
    cupel_instance_t a = link_in(&t, l, t.ctx, m), b = link_in(&t, l, t.ctx, m);
    cupel_linker_delete(l);
    cupel_module_delete(m);
    ck_assert_int_eq(call_i32(&t, get_func(&t, a, "go"), NO_ARGS), 7);
    ck_assert_int_eq(call_i32(&t, get_func(&t, b, "go"), NO_ARGS), 7);
    /* One function in one store. */
    ck_assert_uint_eq(get_func(&t, a, "f").index, get_func(&t, b, "f").index);
    world_fini(&t);
    cupel_linker_delete(NULL);
}
END_TEST

START_TEST(finalised_after_linker_and_stores)
{
    struct world t;
    int runs = 0;
    world_init(&t, 0);
    cupel_linker_t *l = cupel_linker_new(t.engine);
    cupel_store_t *other = cupel_store_new(t.engine, NULL, NULL);
    must(define_func(l, "env", "f", &runs, count_run));
    cupel_module_t *m = user(&t);
    link_in(&t, l, t.ctx, m);
    link_in(&t, l, cupel_store_context(other), m);
    link_in(&t, l, cupel_store_context(other), m);
    cupel_module_delete(m);
    cupel_store_delete(other);
    ck_assert_int_eq(runs, 0);
    cupel_linker_delete(l);
    ck_assert_int_eq(runs, 0);
    world_fini(&t);
    ck_assert_int_eq(runs, 1);
}
END_TEST

START_TEST(duplicates)
{
    struct world t;
    int first = 0, second = 0, third = 10;
    world_init(&t, 0);
    cupel_linker_t *l = cupel_linker_new(t.engine);
    must(define_func(l, "env", "f", &first, count_run));
    cupel_error_t *error = define_func(l, "env", "f", &second, count_run);
    ck_assert_int_eq(cupel_error_link(error), CUPEL_LINK_DUPLICATE);
    expect_error(error, CUPEL_ERROR_MISUSE, "\"env\"::\"f\" is defined already");
    ck_assert_int_eq(second, 1);
    cupel_linker_allow_shadowing(l, true);
    must(define_func(l, "env", "f", &third, NULL));
    ck_assert_int_eq(first, 1);
    cupel_module_t *m = user(&t);
    cupel_instance_t inst = link_in(&t, l, t.ctx, m);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "go"), NO_ARGS), 17);
    cupel_module_delete(m);
    cupel_linker_delete(l);
    world_fini(&t);
}
END_TEST

START_TEST(names_are_not_confused)
{
    struct world t;
    world_init(&t, 0);
    cupel_linker_t *l = cupel_linker_new(t.engine);
    must(define_func(l, "en", "vf", NULL, NULL));
    must(define_func(l, "envf", "", NULL, NULL));
    must(define_func(l, "", "envf", NULL, NULL));
    cupel_functype_t *type = functype_of("", "i");
    must(cupel_linker_func_new(l, "env", 3, "f\0g", 3, type, seven, NULL, NULL));
    cupel_functype_delete(type);
    expect_error(fails(l, t.ctx, user(&t)), CUPEL_ERROR_LINK,
                 "import env::f: unknown: nothing provides it; expected a function () -> (i32)");
    must(define_func(l, "env", "f", NULL, NULL));
    cupel_module_t *m = user(&t);
    link_in(&t, l, t.ctx, m);
    cupel_module_delete(m);
    cupel_linker_delete(l);
    world_fini(&t);
}
END_TEST

START_TEST(all_that_is_missing)
{
    struct world t;
    world_init(&t, 0);
    cupel_linker_t *l = cupel_linker_new(t.engine);
    must(define_func(l, "env", "b", NULL, NULL));
    must(define_func(l, "env", "d", NULL, NULL));
    uint32_t type = wasm_type(&t.w, "", "i");
    wasm_import_func(&t.w, "env", "a", type);
    wasm_import_func(&t.w, "env", "b", type);
    wasm_import_memory(&t.w, "two words", "c", 1, 5);
    wasm_import_global(&t.w, "env", "d", 'F', true);
    wasm_import_table(&t.w, "", "e", 'r', 1, WASM_NO_MAX);
    cupel_error_t *error = fails(l, t.ctx, world_compile(&t));
    ck_assert_str_eq(
        cupel_error_message(error),
        "4 imports do not resolve: "
        "import env::a: unknown: nothing provides it; expected a function () -> (i32); "
        "import \"two words\"::c: unknown: nothing provides it; expected a memory of 1 to 5 pages; "
        "import env::d: expected a mutable global f64, found a function () -> (i32); "
        "import \"\"::e: unknown: nothing provides it; expected a table of 1 or more funcref");
    expect_error(error, CUPEL_ERROR_LINK, "");
    cupel_linker_delete(l);
    world_fini(&t);
}
END_TEST

START_TEST(the_list_is_bounded)
{
    struct world t;
    world_init(&t, 0);
    cupel_linker_t *l = cupel_linker_new(t.engine);
    uint32_t type = wasm_type(&t.w, "", "");
    for (int i = 0; i < 500; i++) {
        char name[20];
        snprintf(name, sizeof name, "f%d", i);
        wasm_import_func(&t.w, "env", name, type);
    }
    cupel_error_t *error = fails(l, t.ctx, world_compile(&t));
    const char *text = cupel_error_message(error);
    int more = 0;
    ck_assert_uint_lt(strlen(text), 5000);
    ck_assert_ptr_nonnull(strstr(text, "500 imports do not resolve: import env::f0: "));
    ck_assert_ptr_nonnull(strstr(text, "; and "));
    ck_assert_int_eq(sscanf(strstr(text, "; and "), "; and %d more", &more), 1);
    int listed = 0;
    for (const char *p = text; (p = strstr(p, "import env")); p++)
        listed++;
    ck_assert_int_eq(listed + more, 500);
    cupel_error_delete(error);
    cupel_linker_delete(l);
    world_fini(&t);
}
END_TEST

START_TEST(instances_under_a_name)
{
    struct world t;
    cupel_extern_t item;
    world_init(&t, 0);
    cupel_linker_t *l = cupel_linker_new(t.engine);
    wasm_export_func(&t.w, "f", "", "i", BYTES(W_I32_CONST, 3, W_END));
    wasm_memory(&t.w, 1, 1);
    wasm_export(&t.w, "memory", CUPEL_EXTERN_MEMORY, 0);
    cupel_instance_t lib = world_instantiate(&t, NULL, 0);
    must(cupel_linker_instance(l, t.ctx, "env", 3, lib));
    cupel_module_t *m = user(&t);
    ck_assert_int_eq(call_i32(&t, get_func(&t, link_in(&t, l, t.ctx, m), "go"), NO_ARGS), 3);
    cupel_module_delete(m);
    expect_error(cupel_linker_instance(l, t.ctx, "env", 3, lib), CUPEL_ERROR_MISUSE, "already");
    /* All or nothing. */
    item = get_export(&t, lib, "memory");
    must(cupel_linker_define(l, t.ctx, "lib", 3, "memory", 6, &item));
    expect_error(cupel_linker_instance(l, t.ctx, "lib", 3, lib), CUPEL_ERROR_MISUSE, "memory");
    item = get_export(&t, lib, "f");
    must(cupel_linker_define(l, t.ctx, "lib", 3, "f", 1, &item));
    cupel_linker_delete(l);
    world_fini(&t);
}
END_TEST

START_TEST(modules_under_another_name)
{
    struct world t;
    int five = 5;
    world_init(&t, 0);
    cupel_linker_t *l = cupel_linker_new(t.engine);
    must(define_func(l, "lib", "f", &five, NULL));
    must(define_func(l, "lib", "g", NULL, NULL));
    must(define_func(l, "libx", "h", NULL, NULL));
    must(cupel_linker_alias_module(l, STR("lib"), STR("env")));
    cupel_module_t *m = user(&t);
    ck_assert_int_eq(call_i32(&t, get_func(&t, link_in(&t, l, t.ctx, m), "go"), NO_ARGS), 12);
    cupel_module_delete(m);
    expect_error(cupel_linker_alias_module(l, STR("nothing"), STR("env")), CUPEL_ERROR_NOT_FOUND,
                 "\"nothing\"");
    /* All or nothing. */
    must(define_func(l, "other", "g", NULL, NULL));
    cupel_error_t *error = cupel_linker_alias_module(l, STR("lib"), STR("other"));
    ck_assert_int_eq(cupel_error_link(error), CUPEL_LINK_DUPLICATE);
    expect_error(error, CUPEL_ERROR_MISUSE, "\"other\"::\"g\"");
    must(define_func(l, "other", "f", NULL, NULL));
    cupel_linker_allow_shadowing(l, true);
    must(cupel_linker_alias_module(l, STR("lib"), STR("other")));
    must(cupel_linker_alias_module(l, STR("lib"), STR("lib")));
    cupel_linker_delete(l);
    world_fini(&t);
}
END_TEST

START_TEST(looked_up)
{
    struct world t, stranger;
    cupel_extern_t a, b;
    world_init(&t, 0);
    world_init(&stranger, 0);
    cupel_linker_t *l = cupel_linker_new(t.engine);
    cupel_store_t *other = cupel_store_new(t.engine, NULL, NULL);
    cupel_context_t *there = cupel_store_context(other);
    must(define_func(l, "env", "f", NULL, NULL));
    must(cupel_linker_get(l, t.ctx, STR("env"), STR("f"), &a));
    ck_assert_int_eq(call_i32(&t, a.of.func, NO_ARGS), 7);
    must(cupel_linker_get(l, t.ctx, STR("env"), STR("f"), &b));
    ck_assert(cupel_extern_same(&a, &b));
    must(cupel_linker_get(l, there, STR("env"), STR("f"), &b));
    ck_assert(!cupel_extern_same(&a, &b));
    must(cupel_linker_define(l, t.ctx, STR("env"), STR("own"), &a));
    must(cupel_linker_get(l, t.ctx, STR("env"), STR("own"), &b));
    ck_assert(cupel_extern_same(&a, &b));
    expect_error(cupel_linker_get(l, there, STR("env"), STR("own"), &b), CUPEL_ERROR_MISUSE,
                 "another store");
    ck_assert_uint_eq(b.of.func.store_id, 0);
    expect_error(cupel_linker_get(l, t.ctx, STR("env"), STR("g"), &b), CUPEL_ERROR_NOT_FOUND,
                 "\"env\"::\"g\"");
    expect_error(cupel_linker_get(l, stranger.ctx, STR("env"), STR("f"), &b), CUPEL_ERROR_MISUSE,
                 "different engines");
    cupel_store_delete(other);
    cupel_linker_delete(l);
    world_fini(&stranger);
    world_fini(&t);
}
END_TEST

START_TEST(items_stay_in_their_store)
{
    struct world t;
    world_init(&t, 0);
    cupel_linker_t *l = cupel_linker_new(t.engine);
    cupel_store_t *other = cupel_store_new(t.engine, NULL, NULL);
    cupel_extern_t f = extern_func(host_func(&t, "", "i", seven, NULL)), null = {.kind = f.kind};
    must(cupel_linker_define(l, t.ctx, "env", 3, "f", 1, &f));
    expect_error(fails(l, cupel_store_context(other), user(&t)), CUPEL_ERROR_MISUSE,
                 "import env::f: the func given is not one of this store");
    expect_error(cupel_linker_define(l, cupel_store_context(other), "env", 3, "g", 1, &f),
                 CUPEL_ERROR_MISUSE, "not one of this store");
    expect_error(cupel_linker_define(l, t.ctx, "env", 3, "g", 1, &null), CUPEL_ERROR_MISUSE, "");
    expect_error(cupel_linker_instance(l, t.ctx, "x", 1, (cupel_instance_t){0}), CUPEL_ERROR_MISUSE,
                 "instance");
    cupel_store_delete(other);
    cupel_linker_delete(l);
    world_fini(&t);
}
END_TEST

START_TEST(engines_must_agree)
{
    struct world t, other;
    world_init(&t, 0);
    world_init(&other, 0);
    cupel_linker_t *l = cupel_linker_new(other.engine);
    must(define_func(l, "env", "f", NULL, NULL));
    expect_error(fails(l, t.ctx, user(&t)), CUPEL_ERROR_MISUSE, "different engines");
    expect_error(fails(l, other.ctx, user(&t)), CUPEL_ERROR_MISUSE, "different engines");
    cupel_extern_t f = extern_func(host_func(&t, "", "i", seven, NULL));
    expect_error(cupel_linker_define(l, t.ctx, "env", 3, "g", 1, &f), CUPEL_ERROR_MISUSE,
                 "different engines");
    cupel_linker_delete(l);
    world_fini(&other);
    world_fini(&t);
}
END_TEST

START_TEST(thousands_of_definitions)
{
    struct world t;
    world_init(&t, 0);
    cupel_linker_t *l = cupel_linker_new(t.engine);
    uint32_t type = wasm_type(&t.w, "", "i");
    int values[3000];
    for (int i = 0; i < 3000; i++) {
        char name[20];
        snprintf(name, sizeof name, "f%d", i);
        values[i] = i;
        must(define_func(l, "env", name, &values[i], NULL));
        if (i % 3 == 0)
            wasm_import_func(&t.w, "env", name, type);
    }
    wasm_export(&t.w, "f", CUPEL_EXTERN_FUNC, 700);
    wasm_export_func(&t.w, "g", "", "i", BYTES(W_CALL, 0x90, 0x03, W_END)); /* 400 */
    cupel_module_t *m = world_compile(&t);
    for (int i = 0; i < 3; i++) {
        cupel_instance_t inst = link_in(&t, l, t.ctx, m);
        ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "f"), NO_ARGS), 7 + 2100);
        ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "g"), NO_ARGS), 7 + 1200);
    }
    ck_assert_uint_lt(get_func(&t, link_in(&t, l, t.ctx, m), "f").index, 1000);
    cupel_module_delete(m);
    cupel_linker_delete(l);
    world_fini(&t);
}
END_TEST

void add_linker(TCase *tc)
{
    tcase_add_test(tc, resolves_functions);
    tcase_add_test(tc, finalised_after_linker_and_stores);
    tcase_add_test(tc, duplicates);
    tcase_add_test(tc, names_are_not_confused);
    tcase_add_test(tc, all_that_is_missing);
    tcase_add_test(tc, the_list_is_bounded);
    tcase_add_test(tc, instances_under_a_name);
    tcase_add_test(tc, modules_under_another_name);
    tcase_add_test(tc, looked_up);
    tcase_add_test(tc, items_stay_in_their_store);
    tcase_add_test(tc, engines_must_agree);
    tcase_add_test(tc, thousands_of_definitions);
}
