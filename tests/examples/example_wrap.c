/*
 * C functions as host functions: written as any other, and CUPEL_WRAP sees to the rest.
 */
#include <cupel.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * (module
 *   (import "host" "print" (func $print (param i32 i32)))
 *   (import "host" "divide" (func $divide (param i32 i32) (result i32 i32)))
 *   (memory (export "memory") 1)
 *   (data (i32.const 0) "Good day,")
 *   (func (export "run") (param i32) (result i32)
 *     (call $print (i32.const 0) (i32.const 9))
 *     (i32.add (call $divide (i32.const 100) (local.get 0)))))
 */
static const uint8_t wasm[] = {
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x12, 0x03, 0x60, 0x02, 0x7f, 0x7f, 0x00,
    0x60, 0x02, 0x7f, 0x7f, 0x02, 0x7f, 0x7f, 0x60, 0x01, 0x7f, 0x01, 0x7f, 0x02, 0x1c, 0x02, 0x04,
    0x68, 0x6f, 0x73, 0x74, 0x05, 0x70, 0x72, 0x69, 0x6e, 0x74, 0x00, 0x00, 0x04, 0x68, 0x6f, 0x73,
    0x74, 0x06, 0x64, 0x69, 0x76, 0x69, 0x64, 0x65, 0x00, 0x01, 0x03, 0x02, 0x01, 0x02, 0x05, 0x03,
    0x01, 0x00, 0x01, 0x07, 0x10, 0x02, 0x06, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 0x02, 0x00, 0x03,
    0x72, 0x75, 0x6e, 0x00, 0x02, 0x0a, 0x12, 0x01, 0x10, 0x00, 0x41, 0x00, 0x41, 0x09, 0x10, 0x00,
    0x41, 0xe4, 0x00, 0x20, 0x00, 0x10, 0x01, 0x6a, 0x0b, 0x0b, 0x0f, 0x01, 0x00, 0x41, 0x00, 0x0b,
    0x09, 0x47, 0x6f, 0x6f, 0x64, 0x20, 0x64, 0x61, 0x79, 0x2c};

static void must(cupel_error_t *error)
{
    if (error) {
        fprintf(stderr, "%s\n", cupel_error_message(error));
        exit(1);
    }
}

/* Text in the caller's memory, and a name that the host has given with the function. */
static cupel_trap_t *print(void *env, cupel_caller_t *caller, uint32_t at, uint32_t len)
{
    char text[32];
    cupel_extern_t memory;
    if (!cupel_caller_get_export(caller, "memory", 6, &memory) || len > sizeof text)
        return cupel_trap_new("there is no such text");
    must(cupel_memory_read(cupel_caller_context(caller), memory.of.memory, at, text, len));
    printf("%.*s %s\n", (int)len, text, (const char *)env);
    return NULL;
}
CUPEL_WRAP(wrapped_print, print, cupel_trap_t *, (void *, cupel_caller_t *, uint32_t, uint32_t));

/* Two results, or a trap. */
static cupel_trap_t *divide(int32_t a, int32_t b, int32_t *quotient, int32_t *remainder)
{
    if (b <= 0)
        return cupel_trap_new("this host does not divide by that");
    *quotient = a / b;
    *remainder = a % b;
    return NULL;
}
CUPEL_WRAP(wrapped_divide, divide, cupel_trap_t *, (int32_t, int32_t, int32_t *, int32_t *));

/* Calls run(by); false if that traps. */
static bool run(cupel_context_t *ctx, cupel_func_t func, int32_t by, int32_t *result)
{
    cupel_val_t arg = {.kind = CUPEL_I32, .of.i32 = by}, out;
    cupel_trap_t *trap;
    must(cupel_func_call(ctx, func, &arg, 1, &out, 1, &trap));
    if (trap)
        printf("by %d: %s\n", by, cupel_trap_message(trap));
    else
        printf("by %d: %d\n", by, *result = out.of.i32);
    cupel_trap_delete(trap);
    return !trap;
}

int main(void)
{
    static char name[] = "assayer";
    cupel_engine_t *engine = cupel_engine_new();
    cupel_store_t *store = cupel_store_new(engine, NULL, NULL);
    cupel_context_t *ctx = cupel_store_context(store);
    cupel_linker_t *linker = cupel_linker_new(engine);
    cupel_module_t *module;
    cupel_instance_t instance;
    cupel_extern_t f;
    cupel_trap_t *trap;
    int32_t sum;
    must(cupel_linker_func_wrap(linker, "host", "print", &wrapped_print, name, NULL));
    must(cupel_linker_func_wrap(linker, "host", "divide", &wrapped_divide, NULL, NULL));
    must(cupel_module_new(engine, wasm, sizeof wasm, &module));
    must(cupel_linker_instantiate(linker, ctx, module, &instance, &trap));
    if (trap || !cupel_instance_get_export(ctx, instance, "run", 3, &f))
        return 1;
    bool works = run(ctx, f.of.func, 7, &sum) && sum == 16 && !run(ctx, f.of.func, 0, &sum);
    cupel_module_delete(module);
    cupel_linker_delete(linker);
    cupel_store_delete(store);
    cupel_engine_delete(engine);
    return works ? 0 : 1;
}
