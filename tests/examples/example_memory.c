/*
 * Memory in and out: the host writes a text into the guest's memory, has it turned round there, and
 * reads it back. The example is C11 and C++17.
 *
 * A pointer to the memory (cupel_memory_data) would do too, but only until the memory grows; reading
 * and writing are checked against its size.
 */
#include <cupel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * (module
 *   (memory (export "memory") 1)
 *   (func (export "reverse") (param $at i32) (param $end i32)
 *     (local $byte i32)
 *     (local.set $end (i32.add (local.get $at) (local.get $end)))
 *     (loop $next
 *       (local.set $end (i32.sub (local.get $end) (i32.const 1)))
 *       (if (i32.lt_u (local.get $at) (local.get $end))
 *         (then
 *           (local.set $byte (i32.load8_u (local.get $at)))
 *           (i32.store8 (local.get $at) (i32.load8_u (local.get $end)))
 *           (i32.store8 (local.get $end) (local.get $byte))
 *           (local.set $at (i32.add (local.get $at) (i32.const 1)))
 *           (br $next))))))
 */
static const uint8_t wasm[] = {
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x06, 0x01, 0x60, 0x02, 0x7f, 0x7f,
    0x00, 0x03, 0x02, 0x01, 0x00, 0x05, 0x03, 0x01, 0x00, 0x01, 0x07, 0x14, 0x02, 0x06, 0x6d,
    0x65, 0x6d, 0x6f, 0x72, 0x79, 0x02, 0x00, 0x07, 0x72, 0x65, 0x76, 0x65, 0x72, 0x73, 0x65,
    0x00, 0x00, 0x0a, 0x40, 0x01, 0x3e, 0x01, 0x01, 0x7f, 0x20, 0x00, 0x20, 0x01, 0x6a, 0x21,
    0x01, 0x03, 0x40, 0x20, 0x01, 0x41, 0x01, 0x6b, 0x21, 0x01, 0x20, 0x00, 0x20, 0x01, 0x49,
    0x04, 0x40, 0x20, 0x00, 0x2d, 0x00, 0x00, 0x21, 0x02, 0x20, 0x00, 0x20, 0x01, 0x2d, 0x00,
    0x00, 0x3a, 0x00, 0x00, 0x20, 0x01, 0x20, 0x02, 0x3a, 0x00, 0x00, 0x20, 0x00, 0x41, 0x01,
    0x6a, 0x21, 0x00, 0x0c, 0x01, 0x0b, 0x0b, 0x0b};

static void must(cupel_error_t *error)
{
    if (error) {
        fprintf(stderr, "%s\n", cupel_error_message(error));
        exit(1);
    }
}

static cupel_extern_t get(cupel_context_t *ctx, cupel_instance_t instance, const char *name)
{
    cupel_extern_t item;
    if (!cupel_instance_get_export(ctx, instance, name, strlen(name), &item)) {
        fprintf(stderr, "there is no %s\n", name);
        exit(1);
    }
    return item;
}

int main(void)
{
    const uint64_t place = 1024;
    char text[] = "stressed";
    uint32_t len = sizeof text - 1;
    cupel_engine_t *engine = cupel_engine_new();
    cupel_store_t *store = cupel_store_new(engine, NULL, NULL);
    cupel_context_t *ctx = cupel_store_context(store);
    cupel_module_t *module;
    cupel_instance_t instance;
    cupel_trap_t *trap;
    must(cupel_module_new(engine, wasm, sizeof wasm, &module));
    must(cupel_instance_new(ctx, module, NULL, 0, &instance, &trap));

    cupel_memory_t memory = get(ctx, instance, "memory").of.memory;
    must(cupel_memory_write(ctx, memory, place, text, len));
    cupel_val_t args[2];
    args[0].kind = args[1].kind = CUPEL_I32;
    args[0].of.i32 = (int32_t)place;
    args[1].of.i32 = (int32_t)len;
    must(cupel_func_call(ctx, get(ctx, instance, "reverse").of.func, args, 2, NULL, 0, &trap));
    must(cupel_memory_read(ctx, memory, place, text, len));
    printf("%s\n", text);

    /* What does not lie within is an error, and nothing is copied. */
    cupel_error_t *error = cupel_memory_read(ctx, memory, 65536 - 2, text, len);
    printf("%s\n", error ? cupel_error_message(error) : "no error");
    bool ok = error && strcmp(text, "desserts") == 0;
    cupel_error_delete(error);

    cupel_module_delete(module);
    cupel_store_delete(store);
    cupel_engine_delete(engine);
    return ok ? 0 : 1;
}
