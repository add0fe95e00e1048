/*
 * Lazy compilation: making a module costs next to nothing, and a function costs what it costs when
 * it is called for the first time. A body that is not valid harms only who calls it.
 */
#include <cupel.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * (module
 *   (func (export "square") (param i32) (result i32)
 *     (i32.mul (local.get 0) (local.get 0)))
 *   (func (export "broken") (result i32)
 *     (i64.const 1)))
 */
static const uint8_t wasm[] = {
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x0a, 0x02, 0x60, 0x01, 0x7f, 0x01, 0x7f,
    0x60, 0x00, 0x01, 0x7f, 0x03, 0x03, 0x02, 0x00, 0x01, 0x07, 0x13, 0x02, 0x06, 0x73, 0x71, 0x75,
    0x61, 0x72, 0x65, 0x00, 0x00, 0x06, 0x62, 0x72, 0x6f, 0x6b, 0x65, 0x6e, 0x00, 0x01, 0x0a, 0x0e,
    0x02, 0x07, 0x00, 0x20, 0x00, 0x20, 0x00, 0x6c, 0x0b, 0x04, 0x00, 0x42, 0x01, 0x0b};

static void must(cupel_error_t *error)
{
    if (error) {
        fprintf(stderr, "%s\n", cupel_error_message(error));
        exit(1);
    }
}

static size_t compiled_bytes(const cupel_module_t *module)
{
    cupel_module_info_t info;
    cupel_module_info(module, &info);
    return info.internal_bytes;
}

int main(void)
{
    cupel_config_t *config = cupel_config_new();
    cupel_config_set_compilation_mode(config, CUPEL_COMPILE_LAZY);
    cupel_engine_t *engine = cupel_engine_new_with_config(config);
    cupel_store_t *store = cupel_store_new(engine, NULL, NULL);
    cupel_context_t *ctx = cupel_store_context(store);
    cupel_module_t *module;
    cupel_instance_t instance;
    cupel_extern_t square, broken;
    cupel_trap_t *trap;
    cupel_val_t arg = {.kind = CUPEL_I32, .of.i32 = 12}, result;

    must(cupel_module_new(engine, wasm, sizeof wasm, &module));
    must(cupel_instance_new(ctx, module, NULL, 0, &instance, &trap));
    if (!cupel_instance_get_export(ctx, instance, "square", 6, &square) ||
        !cupel_instance_get_export(ctx, instance, "broken", 6, &broken))
        return 1;
    size_t before = compiled_bytes(module);
    must(cupel_func_call(ctx, square.of.func, &arg, 1, &result, 1, &trap));
    printf("12 squared is %d; calling it made %zu bytes of internal code\n", result.of.i32,
           compiled_bytes(module) - before);

    cupel_error_t *error = cupel_func_call(ctx, broken.of.func, NULL, 0, &result, 1, &trap);
    bool as_expected = error && cupel_error_kind(error) == CUPEL_ERROR_INVALID &&
                       compiled_bytes(module) > before && result.of.i32 == 144;
    printf("broken: %s\n", error ? cupel_error_message(error) : "no error");

    cupel_error_delete(error);
    cupel_module_delete(module);
    cupel_store_delete(store);
    cupel_engine_delete(engine);
    return as_expected ? 0 : 1;
}
