/*
 * Typed calls: the signature is checked once, then arguments and results are raw cells.
 */
#include <cupel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * (module (func (export "add") (param i32 i32) (result i32)
 *   (i32.add (local.get 0) (local.get 1))))
 */
static const uint8_t wasm[] = {0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x07, 0x01,
                               0x60, 0x02, 0x7f, 0x7f, 0x01, 0x7f, 0x03, 0x02, 0x01, 0x00, 0x07,
                               0x07, 0x01, 0x03, 0x61, 0x64, 0x64, 0x00, 0x00, 0x0a, 0x09, 0x01,
                               0x07, 0x00, 0x20, 0x00, 0x20, 0x01, 0x6a, 0x0b};

static void must(cupel_error_t *error)
{
    if (error) {
        fprintf(stderr, "%s\n", cupel_error_message(error));
        exit(1);
    }
}

/* The exported function of a new instance. */
static cupel_func_t load(cupel_engine_t *engine, cupel_context_t *ctx, const char *name,
                         const cupel_extern_t *imports, size_t nimports)
{
    cupel_module_t *module;
    cupel_instance_t instance;
    cupel_extern_t item;
    cupel_trap_t *trap;
    must(cupel_module_new(engine, wasm, sizeof wasm, &module));
    must(cupel_instance_new(ctx, module, imports, nimports, &instance, &trap));
    cupel_module_delete(module);
    if (trap || !cupel_instance_get_export(ctx, instance, name, strlen(name), &item))
        exit(1);
    return item.of.func;
}

int main(void)
{
    static const cupel_valkind_t params[] = {CUPEL_I32, CUPEL_I32}, results[] = {CUPEL_I32};
    cupel_engine_t *engine = cupel_engine_new();
    cupel_store_t *store = cupel_store_new(engine, NULL, NULL);
    cupel_context_t *ctx = cupel_store_context(store);
    cupel_typed_func_t add;
    cupel_raw_t cells[2];
    cupel_trap_t *trap;
    int32_t sum = 0;
    must(cupel_func_typed(ctx, load(engine, ctx, "add", NULL, 0), params, 2, results, 1, &add));
    for (int32_t i = 1; i <= 1000; i++) {
        cells[0].i32 = sum;
        cells[1].i32 = i;
        must(cupel_typed_func_call(ctx, &add, cells, &trap));
        if (trap)
            return 1;
        sum = cells[0].i32;
    }
    printf("the sum of 1 to 1000 is %d\n", sum);
    cupel_store_delete(store);
    cupel_engine_delete(engine);
    return sum == 500500 ? 0 : 1;
}
