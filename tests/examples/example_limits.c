/*
 * Limits: a guest that takes all the memory it can get, held by the store's limits first, by a
 * limiter of the host's then.
 */
#include <cupel.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * (module
 *   (memory (export "memory") 1)
 *   (func (export "hoard") (result i32)
 *     (loop (br_if 0 (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
 *     (memory.size)))
 */
static const uint8_t wasm[] = {
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7f, 0x03,
    0x02, 0x01, 0x00, 0x05, 0x03, 0x01, 0x00, 0x01, 0x07, 0x12, 0x02, 0x06, 0x6d, 0x65, 0x6d, 0x6f,
    0x72, 0x79, 0x02, 0x00, 0x05, 0x68, 0x6f, 0x61, 0x72, 0x64, 0x00, 0x00, 0x0a, 0x12, 0x01, 0x10,
    0x00, 0x03, 0x40, 0x41, 0x01, 0x40, 0x00, 0x41, 0x7f, 0x47, 0x0d, 0x00, 0x0b, 0x3f, 0x00, 0x0b};

static void must(cupel_error_t *error)
{
    if (error) {
        fprintf(stderr, "%s\n", cupel_error_message(error));
        exit(1);
    }
}

/* The host's own rule: half a megabyte is plenty. The second offence ends the call. */
struct rule {
    int refused;
};

static cupel_growth_t decide(void *env, uint64_t current, uint64_t desired, uint64_t maximum,
                             cupel_trap_t **trap)
{
    struct rule *rule = env;
    (void)current, (void)maximum;
    if (desired <= 512 * 1024)
        return CUPEL_GROWTH_ALLOW;
    if (rule->refused++ == 0)
        return CUPEL_GROWTH_DENY;
    *trap = cupel_trap_new("you have been told before");
    return CUPEL_GROWTH_TRAP;
}

/* Pages that the guest has in the end, or -1 after a trap. */
static int hoard(cupel_engine_t *engine, const cupel_store_limits_t *limits,
                 const cupel_limiter_t *limiter, int calls)
{
    cupel_store_t *store = cupel_store_new(engine, NULL, NULL);
    cupel_context_t *ctx = cupel_store_context(store);
    cupel_module_t *module;
    cupel_instance_t instance;
    cupel_extern_t f;
    cupel_val_t pages = {.kind = CUPEL_I32};
    cupel_trap_t *trap = NULL;
    must(cupel_store_set_limits(store, limits));
    cupel_store_set_limiter(store, limiter);
    must(cupel_module_new(engine, wasm, sizeof wasm, &module));
    must(cupel_instance_new(ctx, module, NULL, 0, &instance, &trap));
    if (!cupel_instance_get_export(ctx, instance, "hoard", 5, &f))
        exit(1);
    while (calls-- > 0 && !trap)
        must(cupel_func_call(ctx, f.of.func, NULL, 0, &pages, 1, &trap));
    if (trap) {
        printf("trap: %s\n", cupel_trap_message(trap));
        pages.of.i32 = -1;
    }
    cupel_trap_delete(trap);
    cupel_module_delete(module);
    cupel_store_delete(store);
    return pages.of.i32;
}

int main(void)
{
    cupel_engine_t *engine = cupel_engine_new();
    cupel_store_limits_t limits;
    cupel_limiter_t limiter;
    struct rule rule = {0};

    cupel_store_limits_init(&limits);
    limits.memory_bytes = 1024 * 1024;
    int by_limits = hoard(engine, &limits, NULL, 1);
    printf("by the store's limits: %d pages\n", by_limits);

    cupel_limiter_init(&limiter);
    limiter.env = &rule;
    limiter.memory_growing = decide;
    int by_limiter = hoard(engine, &limits, &limiter, 1);
    printf("by the limiter: %d pages\n", by_limiter);
    int twice = hoard(engine, &limits, &limiter, 2);

    cupel_engine_delete(engine);
    return by_limits == 16 && by_limiter == 8 && twice == -1 ? 0 : 1;
}
