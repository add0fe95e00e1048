/*
 * A call hook, which sees every crossing of the border between host and WebAssembly.
 */
#include <cupel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * (module
 *   (import "host" "hello" (func (param i32)))
 *   (func (export "go") (call 0 (i32.const 3))))
 */
static const uint8_t wasm[] = {
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x02, 0x60, 0x01, 0x7f,
    0x00, 0x60, 0x00, 0x00, 0x02, 0x0e, 0x01, 0x04, 0x68, 0x6f, 0x73, 0x74, 0x05, 0x68,
    0x65, 0x6c, 0x6c, 0x6f, 0x00, 0x00, 0x03, 0x02, 0x01, 0x01, 0x07, 0x06, 0x01, 0x02,
    0x67, 0x6f, 0x00, 0x01, 0x0a, 0x08, 0x01, 0x06, 0x00, 0x41, 0x03, 0x10, 0x00, 0x0b};

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

static cupel_trap_t *hello(void *env, cupel_caller_t *caller, const cupel_val_t *args, size_t nargs,
                           cupel_val_t *results, size_t nresults)
{
    (void)env, (void)caller, (void)nargs, (void)results, (void)nresults;
    printf("  hello, %d\n", args[0].of.i32);
    return NULL;
}

static cupel_error_t *tell(void *env, cupel_context_t *ctx, cupel_call_event_t event,
                           cupel_trap_t **trap)
{
    static const char *const names[] = {"calling WebAssembly", "returning from WebAssembly",
                                        "calling the host", "returning from the host"};
    int *events = env;
    (void)ctx, (void)trap;
    *events = 10 * *events + 1 + (int)event;
    puts(names[event]);
    return NULL;
}

int main(void)
{
    int events = 0;
    cupel_valkind_t i32 = CUPEL_I32;
    cupel_engine_t *engine = cupel_engine_new();
    cupel_store_t *store = cupel_store_new(engine, NULL, NULL);
    cupel_context_t *ctx = cupel_store_context(store);
    cupel_functype_t *type = cupel_functype_new(&i32, 1, NULL, 0);
    cupel_extern_t import = {.kind = CUPEL_EXTERN_FUNC};
    cupel_trap_t *trap;
    must(cupel_func_new(ctx, type, hello, NULL, NULL, &import.of.func));
    cupel_functype_delete(type);
    cupel_func_t go = load(engine, ctx, "go", &import, 1);
    cupel_store_set_call_hook(store, tell, &events);
    must(cupel_func_call(ctx, go, NULL, 0, NULL, 0, &trap));
    cupel_store_delete(store);
    cupel_engine_delete(engine);
    return !trap && events == 1342 ? 0 : 1;
}
