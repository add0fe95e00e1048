/*
 * The translation of small functions, op for op, against golden/NAME.txt; and what they do, against the reference. GOLDEN_UPDATE=1 writes the
 * files anew: look at the difference before you commit it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/engine/exec/both.h"
#include "tests/engine/exec/number_values.h"
#include "tests/engine/translate/golden_cases.h"

struct text {
    char *data;
    size_t len;
};

static void add_line(void *env, const char *line)
{
    struct text *t = env;
    size_t n = strlen(line);
    t->data = realloc(t->data, t->len + n + 2);
    ck_assert_ptr_nonnull(t->data);
    memcpy(t->data + t->len, line, n);
    t->len += n;
    t->data[t->len++] = '\n';
    t->data[t->len] = '\0';
}

static struct text read_text(const char *path)
{
    struct text t = {calloc(1, 65536), 0};
    FILE *f = fopen(path, "r");
    ck_assert_msg(f != NULL, "%s is missing", path);
    t.len = fread(t.data, 1, 65535, f);
    fclose(f);
    return t;
}

START_TEST(translation)
{
    const struct golden *g = &goldens[_i];
    const char *srcdir = getenv("srcdir");
    char path[1024];
    struct text text = {NULL, 0};
    struct world t;
    world_init(&t, g->flags);
    golden_build(&t.w, g);
    cupel_module_t *module = world_compile(&t);
    must(cupel_module_dump(module, 2, add_line, &text));
    bool guarded = cupel_engine_guard_pages(t.engine);
    cupel_module_delete(module);
    world_fini(&t);
    snprintf(path, sizeof path, "%s/tests/engine/translate/golden/%s.txt", srcdir ? srcdir : ".",
             g->name);
    if (getenv("GOLDEN_UPDATE")) {
        FILE *f = fopen(path, "w");
        ck_assert_msg(f != NULL, "%s", path);
        fwrite(text.data, 1, text.len, f);
        fclose(f);
    } else if (guarded || g->flags & WORLD_CHECKED) { /* other hosts check all accesses */
        struct text wanted = read_text(path);
        ck_assert_msg(strcmp(wanted.data, text.data) == 0, "%s is now:\n%s", g->name, text.data);
        free(wanted.data);
    }
    free(text.data);
}
END_TEST

START_TEST(effect)
{
    const struct golden *g = &goldens[_i];
    struct wasm w;
    struct both both;
    /* The reference has no vectors; tests/engine/exec/test_vectors.c is about these. */
    if (strchr(g->params, 'v') || strchr(g->results, 'v'))
        return;
    uint64_t state = 4101842887655102017u;
    wasm_init(&w);
    golden_build(&w, g);
    both_init(&both, &w);
    for (int round = 0; round < 60; round++) {
        uint64_t args[4] = {0};
        for (size_t i = 0; g->params[i]; i++) {
            args[i] = number_random(g->params[i], &state);
            if (g->params[i] == 'i' && round % 2)
                args[i] = args[i] % 12;
        }
        both_call(&both, "f", args, g->name, NULL);
    }
    both_fini(&both);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("golden");
    TCase *tc = tcase_create("golden");
    tcase_add_loop_test(tc, translation, 0, (int)golden_count);
    tcase_add_loop_test(tc, effect, 0, (int)golden_count);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
