/*
 * A host function that is answered later: it stops the call, which waits as a value until somebody
 * has the answer.
 */
#include <cupel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * (module
 *   (import "host" "ask" (func (param i32) (result i32)))
 *   (func (export "go") (param i32) (result i32)
 *     (i32.add (call 0 (local.get 0)) (i32.const 1))))
 */
static const uint8_t wasm[] = {0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x06, 0x01,
                               0x60, 0x01, 0x7f, 0x01, 0x7f, 0x02, 0x0c, 0x01, 0x04, 0x68, 0x6f,
                               0x73, 0x74, 0x03, 0x61, 0x73, 0x6b, 0x00, 0x00, 0x03, 0x02, 0x01,
                               0x00, 0x07, 0x06, 0x01, 0x02, 0x67, 0x6f, 0x00, 0x01, 0x0a, 0x0b,
                               0x01, 0x09, 0x00, 0x20, 0x00, 0x10, 0x00, 0x41, 0x01, 0x6a, 0x0b};

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

static cupel_trap_t *ask(void *env, cupel_caller_t *caller, const cupel_val_t *args, size_t nargs,
                         cupel_val_t *results, size_t nresults)
{
    (void)env, (void)caller, (void)args, (void)nargs, (void)results, (void)nresults;
    return cupel_trap_new("the answer comes later");
}

int main(void)
{
    cupel_valkind_t i32 = CUPEL_I32;
    cupel_engine_t *engine = cupel_engine_new();
    cupel_store_t *store = cupel_store_new(engine, NULL, NULL);
    cupel_context_t *ctx = cupel_store_context(store);
    cupel_functype_t *type = cupel_functype_new(&i32, 1, &i32, 1);
    cupel_extern_t import = {.kind = CUPEL_EXTERN_FUNC};
    cupel_val_t arg = {.kind = CUPEL_I32, .of.i32 = 20}, question, answer, result;
    cupel_resumable_t *call;
    cupel_trap_t *trap;
    must(cupel_func_new(ctx, type, ask, NULL, NULL, &import.of.func));
    cupel_functype_delete(type);
    cupel_func_t go = load(engine, ctx, "go", &import, 1);

    must(cupel_func_call_resumable(ctx, go, &arg, 1, &result, 1, &call, &trap));
    if (!call || !cupel_resumable_arg(call, 0, &question))
        return 1;
    printf("%s: what is twice %d?\n", cupel_trap_message(cupel_resumable_trap(call)),
           question.of.i32);
    answer = (cupel_val_t){.kind = CUPEL_I32, .of.i32 = 2 * question.of.i32};
    must(cupel_resumable_resume(ctx, call, &answer, 1, &result, 1, &trap));
    int ended = !trap && cupel_resumable_reason(call) == CUPEL_NOT_SUSPENDED;
    printf("with one more: %d\n", result.of.i32);
    cupel_resumable_delete(call);
    cupel_store_delete(store);
    cupel_engine_delete(engine);
    return ended && result.of.i32 == 41 ? 0 : 1;
}
