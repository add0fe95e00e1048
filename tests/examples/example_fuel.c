/*
 * Fuel: an endless loop ends when its budget does. Suspended instead of trapped, it could go on.
 */
#include <cupel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* (module (func (export "spin") (loop (br 0)))) */
static const uint8_t wasm[] = {0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04,
                               0x01, 0x60, 0x00, 0x00, 0x03, 0x02, 0x01, 0x00, 0x07, 0x08,
                               0x01, 0x04, 0x73, 0x70, 0x69, 0x6e, 0x00, 0x00, 0x0a, 0x09,
                               0x01, 0x07, 0x00, 0x03, 0x40, 0x0c, 0x00, 0x0b, 0x0b};

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
    cupel_config_t *config = cupel_config_new();
    cupel_config_set_consume_fuel(config, true);
    cupel_engine_t *engine = cupel_engine_new_with_config(config);
    cupel_store_t *store = cupel_store_new(engine, NULL, NULL);
    cupel_context_t *ctx = cupel_store_context(store);
    cupel_func_t spin = load(engine, ctx, "spin", NULL, 0);
    cupel_resumable_t *call;
    cupel_trap_t *trap;

    must(cupel_context_set_fuel(ctx, 1000));
    must(cupel_func_call(ctx, spin, NULL, 0, NULL, 0, &trap));
    if (!trap || cupel_trap_code(trap) != CUPEL_TRAP_OUT_OF_FUEL)
        return 1;
    printf("trap: %s\n", cupel_trap_message(trap));
    cupel_trap_delete(trap);

    must(cupel_context_set_fuel(ctx, 1000));
    must(cupel_func_call_resumable(ctx, spin, NULL, 0, NULL, 0, &call, &trap));
    for (int i = 0; i < 3; i++) {
        uint64_t needed = cupel_resumable_required_fuel(call);
        printf("suspended; needs %llu to go on\n", (unsigned long long)needed);
        must(cupel_context_set_fuel(ctx, 1000 + needed));
        must(cupel_resumable_resume(ctx, call, NULL, 0, NULL, 0, &trap));
    }
    int suspended = cupel_resumable_reason(call) == CUPEL_SUSPENDED_OUT_OF_FUEL;
    cupel_resumable_delete(call);
    cupel_store_delete(store);
    cupel_engine_delete(engine);
    return suspended ? 0 : 1;
}
