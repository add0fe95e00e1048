/*
 * All tests of images in one program, a test case for each file, and what they share.
 */
#include "tests/engine/serial/serial_tests.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "engine/serial/image.h"

void build_small(struct wasm *w)
{
    static const uint8_t data[] = {1, 2, 3, 4, 5, 6, 7, 8};
    const uint32_t table[] = {0, 2, 3};
    uint32_t unary = wasm_type(w, "i", "i"), binary = wasm_type(w, "ii", "i");
    wasm_type(w, "iF", "Fi");
    wasm_import_func(w, "h", "f", unary);
    /* 1 "run": by a: 0 a division, 1 memory, 2 a call by table, else a loop over floats; then a few things more */
    wasm_func(w, binary, "iIfF",
              BYTES(W_BLOCK, 0x40, W_BLOCK, 0x40, W_BLOCK, 0x40, W_BLOCK, 0x40, W_LOCAL_GET, 0,
                    0x0e, 3, 0, 1, 2, 3, W_END, W_I32_CONST, 0xe4, 0, W_LOCAL_GET, 1, W_I32_DIV_S,
                    W_RETURN, W_END, W_LOCAL_GET, 1, W_LOCAL_GET, 1, W_I32_LOAD, 2, 4, W_I32_CONST,
                    3, W_I32_MUL, W_I32_STORE, 2, 8, W_LOCAL_GET, 1, 0x2d, 0, 9, W_RETURN, W_END,
                    W_LOCAL_GET, 0, W_LOCAL_GET, 1, W_CALL_INDIRECT, 0, 0, W_RETURN, W_END,
                    W_I32_CONST, 10, W_LOCAL_SET, 2, W_LOOP, 0x40, W_LOCAL_GET, 5, W_LOCAL_GET, 2,
                    0xb7, 0x44, 0, 0, 0, 0, 0, 0, 0xe0, 0x3f, 0xa2, 0xa0, W_LOCAL_SET, 5,
                    W_LOCAL_GET, 2, W_I32_CONST, 1, W_I32_SUB, W_LOCAL_TEE, 2, W_BR_IF, 0, W_END,
                    W_LOCAL_GET, 5, 0xfc, 2, W_LOCAL_GET, 1, W_CALL, 4, 0x1a, W_GLOBAL_SET, 0,
                    W_GLOBAL_GET, 0, W_LOCAL_GET, 1, W_I32_ADD, W_I32_CONST, 0, W_I32_CONST, 0,
                    W_I32_CONST, 8, W_FC, 10, 0, 0, W_MEMORY_SIZE, 0, W_I32_ADD, W_END));
    wasm_func(w, unary, "", BYTES(W_LOCAL_GET, 0, W_CALL, 0, W_I32_CONST, 1, W_I32_ADD, W_END));
    wasm_func(w, unary, "", BYTES(W_LOCAL_GET, 0, 0x12, 2, W_END));
    wasm_func(w, unary, "", BYTES(W_LOCAL_GET, 0, W_END));
    wasm_table(w, 'r', 4, 8);
    wasm_memory(w, 1, 2);
    wasm_global(w, 'i', true, BYTES(W_I32_CONST, 0, W_END));
    wasm_elem(w, 0, table, 3);
    wasm_data(w, 0, data, sizeof data);
    wasm_export(w, "run", 0, 1);
    wasm_export(w, "m", 2, 0);
    wasm_name_func(w, 1, "run");
}

cupel_module_t *small_module(struct world *t)
{
    build_small(&t->w);
    return world_compile(t);
}

static cupel_trap_t *triple(void *env, cupel_caller_t *caller, const cupel_val_t *args,
                            size_t nargs, cupel_val_t *results, size_t nresults)
{
    (void)env, (void)caller, (void)nargs, (void)nresults;
    results[0].of.i32 = (int32_t)(3 * (uint32_t)args[0].of.i32);
    return NULL;
}

cupel_func_t small_run(struct world *t, cupel_module_t *module)
{
    cupel_extern_t host = extern_func(host_func(t, "i", "i", triple, NULL));
    cupel_instance_t instance;
    cupel_trap_t *trap;
    cupel_extern_t run = {.kind = CUPEL_EXTERN_FUNC};
    cupel_error_t *error = cupel_instance_new(t->ctx, module, &host, 1, &instance, &trap);
    if (error || trap || !cupel_instance_get_export(t->ctx, instance, "run", 3, &run)) {
        cupel_error_delete(error);
        cupel_trap_delete(trap);
        return (cupel_func_t){0, 0, 0};
    }
    return run.of.func;
}

void image_rekey(uint8_t *image, size_t len, const cupel_engine_t *engine)
{
    struct image_header *h = (struct image_header *)(void *)image;
    memset(h->key, 0, sizeof h->key);
    strcpy(h->key, cupel_engine_image_key(engine));
    image_mend(image, len);
}

static void add_case(Suite *suite, const char *name, void (*add)(TCase *tc))
{
    TCase *tc = tcase_create(name);
    tcase_set_timeout(tc, 600);
    add(tc);
    suite_add_tcase(suite, tc);
}

int main(void)
{
    Suite *suite = suite_create("serial");
#define T(name) add_case(suite, #name, add_##name);
    SERIAL_TESTS(T)
#undef T
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
