/*
 * Linking: one module is a library of another, a host function serves both stores that they run in.
 * The host function is defined once, in a builder; each store has a linker of its own.
 */
#include <cupel.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * (module
 *   (memory (export "memory") 1)
 *   (data (i32.const 0) "The answer is ")
 *   (func (export "twice") (param i32) (result i32)
 *     (i32.mul (local.get 0) (i32.const 2))))
 */
static const uint8_t library_wasm[] = {
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x06, 0x01, 0x60, 0x01, 0x7f, 0x01, 0x7f,
    0x03, 0x02, 0x01, 0x00, 0x05, 0x03, 0x01, 0x00, 0x01, 0x07, 0x12, 0x02, 0x06, 0x6d, 0x65, 0x6d,
    0x6f, 0x72, 0x79, 0x02, 0x00, 0x05, 0x74, 0x77, 0x69, 0x63, 0x65, 0x00, 0x00, 0x0a, 0x09, 0x01,
    0x07, 0x00, 0x20, 0x00, 0x41, 0x02, 0x6c, 0x0b, 0x0b, 0x14, 0x01, 0x00, 0x41, 0x00, 0x0b, 0x0e,
    0x54, 0x68, 0x65, 0x20, 0x61, 0x6e, 0x73, 0x77, 0x65, 0x72, 0x20, 0x69, 0x73, 0x20};

/*
 * (module
 *   (import "lib" "memory" (memory 1))
 *   (import "lib" "twice" (func $twice (param i32) (result i32)))
 *   (import "host" "print" (func $print (param i32 i32 i32)))
 *   (func (export "run")
 *     (call $print (i32.const 0) (i32.const 14) (call $twice (i32.const 21)))))
 */
static const uint8_t main_wasm[] = {
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x0f, 0x03, 0x60, 0x01, 0x7f, 0x01, 0x7f,
    0x60, 0x03, 0x7f, 0x7f, 0x7f, 0x00, 0x60, 0x00, 0x00, 0x02, 0x28, 0x03, 0x03, 0x6c, 0x69, 0x62,
    0x06, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 0x02, 0x00, 0x01, 0x03, 0x6c, 0x69, 0x62, 0x05, 0x74,
    0x77, 0x69, 0x63, 0x65, 0x00, 0x00, 0x04, 0x68, 0x6f, 0x73, 0x74, 0x05, 0x70, 0x72, 0x69, 0x6e,
    0x74, 0x00, 0x01, 0x03, 0x02, 0x01, 0x02, 0x07, 0x07, 0x01, 0x03, 0x72, 0x75, 0x6e, 0x00, 0x02,
    0x0a, 0x0e, 0x01, 0x0c, 0x00, 0x41, 0x00, 0x41, 0x0e, 0x41, 0x15, 0x10, 0x00, 0x10, 0x01, 0x0b};

static void must(cupel_error_t *error)
{
    if (error) {
        fprintf(stderr, "%s\n", cupel_error_message(error));
        exit(1);
    }
}

/* print(at, len, number); `env` is the host's: the sum of what has been printed. The text lies in
 * the library's memory, which the definitions of the store's linker lead to. */
static cupel_trap_t *print(void *env, cupel_caller_t *caller, const cupel_val_t *args, size_t nargs,
                           cupel_val_t *results, size_t nresults)
{
    cupel_context_t *ctx = cupel_caller_context(caller);
    const cupel_linker_t *linker = cupel_context_data(ctx);
    cupel_extern_t memory;
    char text[32];
    uint32_t at = (uint32_t)args[0].of.i32, len = (uint32_t)args[1].of.i32;
    (void)nargs, (void)results, (void)nresults;
    if (len > sizeof text)
        return cupel_trap_new("the text is too long");
    must(cupel_linker_get(linker, ctx, "lib", 3, "memory", 6, &memory));
    must(cupel_memory_read(ctx, memory.of.memory, at, text, len));
    printf("%.*s%d\n", (int)len, text, args[2].of.i32);
    *(int *)env += args[2].of.i32;
    return NULL;
}

static void run(cupel_engine_t *engine, cupel_linker_builder_t *builder, cupel_module_t *library,
                cupel_module_t *program)
{
    cupel_linker_t *linker;
    cupel_instance_t instance;
    cupel_extern_t f;
    cupel_trap_t *trap;
    must(cupel_linker_builder_create(builder, &linker));
    cupel_store_t *store = cupel_store_new(engine, linker, NULL);
    cupel_context_t *ctx = cupel_store_context(store);
    must(cupel_linker_instantiate(linker, ctx, library, &instance, &trap));
    must(cupel_linker_instance(linker, ctx, "lib", 3, instance));
    must(cupel_linker_instantiate(linker, ctx, program, &instance, &trap));
    if (!cupel_instance_get_export(ctx, instance, "run", 3, &f))
        exit(1);
    must(cupel_func_call(ctx, f.of.func, NULL, 0, NULL, 0, &trap));
    cupel_store_delete(store);
    cupel_linker_delete(linker);
}

int main(void)
{
    static const cupel_valkind_t params[] = {CUPEL_I32, CUPEL_I32, CUPEL_I32};
    int sum = 0;
    cupel_engine_t *engine = cupel_engine_new();
    cupel_linker_builder_t *builder = cupel_linker_builder_new(engine);
    cupel_functype_t *type = cupel_functype_new(params, 3, NULL, 0);
    cupel_module_t *library, *program;
    must(cupel_linker_builder_func_new(builder, "host", 4, "print", 5, type, print, &sum, NULL));
    cupel_linker_builder_finish(builder);
    must(cupel_module_new(engine, library_wasm, sizeof library_wasm, &library));
    must(cupel_module_new(engine, main_wasm, sizeof main_wasm, &program));

    run(engine, builder, library, program);
    run(engine, builder, library, program);

    cupel_module_delete(program);
    cupel_module_delete(library);
    cupel_functype_delete(type);
    cupel_linker_builder_delete(builder);
    cupel_engine_delete(engine);
    return sum == 84 ? 0 : 1;
}
