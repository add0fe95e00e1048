/*
 * The digest takes in whatever a guest can make visible, in a fixed order, so that two runs can be
 * compared by one number. Error messages are compared too: they may not depend on the memory path.
 */
#include "tests/fuzz/harness.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_IMPORTS 64
#define MAX_CALLS   8
#define MAX_HASHED  65536

static void die(const char *what)
{
    fprintf(stderr, "harness: %s\n", what);
    abort();
}

static cupel_engine_t *make_engine(bool guard_pages, cupel_compilation_mode_t mode, bool native)
{
    cupel_config_t *config = cupel_config_new();
    if (config == NULL) {
        die("out of memory");
    }
    cupel_config_set_consume_fuel(config, true);
    cupel_config_set_guard_pages(config, guard_pages);
    cupel_config_set_compilation_mode(config, mode);
    cupel_config_set_native(config, native);
    cupel_engine_t *engine = cupel_engine_new_with_config(config);
    if (engine == NULL) {
        die("out of memory");
    }
    return engine;
}

cupel_engine_t *harness_engine(bool guard_pages)
{
    static cupel_engine_t *engines[2];
    if (engines[guard_pages] == NULL) {
        engines[guard_pages] = make_engine(guard_pages, CUPEL_COMPILE_EAGER, true);
    }
    return engines[guard_pages];
}

cupel_engine_t *harness_lazy_engine(void)
{
    static cupel_engine_t *engine;
    if (engine == NULL) {
        engine = make_engine(true, CUPEL_COMPILE_LAZY, false);
    }
    return engine;
}

/* ---- The digest ---- */

static void add_bytes(uint64_t *digest, const void *data, size_t len)
{
    const uint8_t *bytes = data;
    for (size_t i = 0; i < len; i++) {
        *digest = (*digest ^ bytes[i]) * UINT64_C(0x100000001b3);
    }
}

static void add_number(uint64_t *digest, uint64_t number)
{
    add_bytes(digest, &number, sizeof number);
}

static void add_value(uint64_t *digest, const cupel_val_t *value)
{
    add_number(digest, value->kind);
    switch (value->kind) {
    case CUPEL_I32:
    case CUPEL_F32:
        add_number(digest, value->of.f32_bits);
        return;
    case CUPEL_I64:
    case CUPEL_F64:
        add_number(digest, value->of.f64_bits);
        return;
    case CUPEL_V128:
        add_bytes(digest, value->of.v128, 16);
        return;
    case CUPEL_FUNCREF:
        add_number(digest, value->of.funcref.store_id != 0);
        return;
    case CUPEL_EXTERNREF:
        add_number(digest, value->of.externref.store_id != 0);
        return;
    }
}

static void note_error(struct outcome *out, cupel_error_t *error)
{
    if (error != NULL) {
        out->error = cupel_error_kind(error);
        snprintf(out->message, sizeof out->message, "%s", cupel_error_message(error));
        add_number(&out->digest, cupel_error_offset(error));
    }
    cupel_error_delete(error);
}

/* A trap's code and backtrace; takes the trap. */
static void add_trap(uint64_t *digest, cupel_trap_t *trap)
{
    add_number(digest, 100 + (uint64_t)cupel_trap_code(trap));
    add_number(digest, cupel_trap_depth(trap));
    for (size_t i = 0; i < cupel_trap_frame_count(trap); i++) {
        cupel_frame_t frame;
        if (cupel_trap_frame(trap, i, &frame)) {
            add_number(digest, frame.func_index);
            add_number(digest, frame.module_offset);
        }
    }
    cupel_trap_delete(trap);
}

/* ---- Imports ---- */

static cupel_trap_t *stub(void *env, cupel_caller_t *caller, const cupel_val_t *args, size_t nargs,
                          cupel_val_t *results, size_t nresults)
{
    (void)env, (void)caller, (void)args, (void)nargs, (void)results, (void)nresults;
    return NULL;
}

static cupel_error_t *make_import(cupel_context_t *ctx, const cupel_externtype_t *type,
                                  cupel_extern_t *out)
{
    cupel_val_t zero = {0};
    out->kind = type->kind;
    switch (type->kind) {
    case CUPEL_EXTERN_FUNC:
        return cupel_func_new(ctx, type->of.func, stub, NULL, NULL, &out->of.func);
    case CUPEL_EXTERN_TABLE:
        zero.kind = type->of.table.element;
        return cupel_table_new(ctx, &type->of.table, &zero, &out->of.table);
    case CUPEL_EXTERN_MEMORY:
        return cupel_memory_new(ctx, &type->of.memory, &out->of.memory);
    case CUPEL_EXTERN_GLOBAL:
        zero.kind = type->of.global.content;
        return cupel_global_new(ctx, &type->of.global, &zero, &out->of.global);
    }
    return NULL;
}

static bool make_imports(cupel_context_t *ctx, const cupel_module_t *module,
                         cupel_extern_t *imports, struct outcome *out)
{
    size_t count = cupel_module_import_count(module);
    for (size_t i = 0; i < count && i < MAX_IMPORTS; i++) {
        cupel_importtype_t import;
        if (!cupel_module_import(module, i, &import)) {
            die("an import is missing");
        }
        cupel_error_t *error = make_import(ctx, &import.type, &imports[i]);
        if (error != NULL) {
            note_error(out, error);
            return false;
        }
    }
    return count <= MAX_IMPORTS;
}

/* ---- Running ---- */

static cupel_store_t *new_store(cupel_engine_t *engine)
{
    cupel_store_t *store = cupel_store_new(engine, NULL, NULL);
    if (store == NULL) {
        die("out of memory");
    }
    cupel_store_limits_t limits;
    cupel_store_limits_init(&limits);
    limits.memory_bytes = 16 << 20;
    limits.table_elements = 100000;
    limits.stack_bytes = 256 << 10;
    limits.call_depth = 200;
    cupel_error_t *error = cupel_store_set_limits(store, &limits);
    if (error != NULL) {
        die(cupel_error_message(error));
    }
    return store;
}

static void set_fuel(cupel_context_t *ctx, uint64_t fuel)
{
    cupel_error_t *error = cupel_context_set_fuel(ctx, fuel);
    if (error != NULL) {
        die(cupel_error_message(error));
    }
}

static void add_fuel(cupel_context_t *ctx, uint64_t *digest)
{
    uint64_t fuel;
    cupel_error_t *error = cupel_context_get_fuel(ctx, &fuel);
    if (error != NULL) {
        die(cupel_error_message(error));
    }
    add_number(digest, fuel);
}

/* An argument that depends on its place only: small, large and odd values take turns. */
static cupel_val_t argument(cupel_valkind_t kind, size_t place)
{
    static const uint64_t numbers[] = {3, 0, 1, 0x80000000u, 0xffffffffffffffffu, 65536, 12345};
    cupel_val_t value = {.kind = kind};
    uint64_t number = numbers[place % (sizeof numbers / sizeof numbers[0])];
    if (kind == CUPEL_I32) {
        value.of.i32 = (int32_t)(uint32_t)number;
    } else if (kind == CUPEL_I64) {
        value.of.i64 = (int64_t)number;
    } else if (kind == CUPEL_F32) {
        value.of.f32 = (float)number / 2;
    } else if (kind == CUPEL_F64) {
        value.of.f64 = -(double)number / 4;
    }
    return value;
}

static void call(cupel_context_t *ctx, cupel_func_t func, uint64_t fuel, struct outcome *out)
{
    size_t nparams;
    size_t nresults;
    cupel_functype_t *type = cupel_func_type(ctx, func);
    if (type == NULL) {
        die("a function has no type");
    }
    const cupel_valkind_t *params = cupel_functype_params(type, &nparams);
    cupel_functype_results(type, &nresults);
    cupel_val_t *values = calloc(nparams + nresults + 1, sizeof *values);
    if (values == NULL) {
        die("out of memory");
    }
    for (size_t i = 0; i < nparams; i++) {
        values[i] = argument(params[i], i);
    }
    cupel_val_t *results = values + nparams;
    cupel_trap_t *trap = NULL;
    set_fuel(ctx, fuel);
    cupel_error_t *error = cupel_func_call(ctx, func, values, nparams, results, nresults, &trap);
    if (error != NULL) {
        die(cupel_error_message(error));
    }
    if (trap != NULL) {
        add_trap(&out->digest, trap);
    } else {
        for (size_t i = 0; i < nresults; i++) {
            add_value(&out->digest, &results[i]);
        }
    }
    add_fuel(ctx, &out->digest);
    free(values);
    cupel_functype_delete(type);
}

static void add_memory(cupel_context_t *ctx, cupel_memory_t memory, uint64_t *digest)
{
    uint8_t *data;
    size_t size;
    cupel_error_t *error = cupel_memory_data(ctx, memory, &data, &size);
    if (error != NULL) {
        die(cupel_error_message(error));
    }
    add_number(digest, size);
    add_bytes(digest, data, size < MAX_HASHED ? size : MAX_HASHED);
}

static void add_table(cupel_context_t *ctx, cupel_table_t table, uint64_t *digest)
{
    uint64_t size;
    cupel_error_t *error = cupel_table_size(ctx, table, &size);
    add_number(digest, error == NULL ? size : 0);
    for (uint64_t i = 0; error == NULL && i < size && i < 64; i++) {
        cupel_val_t value;
        error = cupel_table_get(ctx, table, i, &value);
        if (error == NULL) {
            add_value(digest, &value);
        }
    }
    if (error != NULL) {
        die(cupel_error_message(error));
    }
}

static void add_global(cupel_context_t *ctx, cupel_global_t global, uint64_t *digest)
{
    cupel_val_t value;
    cupel_error_t *error = cupel_global_get(ctx, global, &value);
    if (error != NULL) {
        die(cupel_error_message(error));
    }
    add_value(digest, &value);
}

static void use_exports(cupel_context_t *ctx, cupel_instance_t instance, uint64_t fuel,
                        struct outcome *out)
{
    cupel_name_t name;
    cupel_extern_t item;
    size_t calls = 0;
    for (size_t i = 0; cupel_instance_export(ctx, instance, i, &name, &item); i++) {
        if (item.kind == CUPEL_EXTERN_FUNC && calls++ < MAX_CALLS) {
            call(ctx, item.of.func, fuel, out);
        }
    }
    for (size_t i = 0; cupel_instance_export(ctx, instance, i, &name, &item); i++) {
        if (item.kind == CUPEL_EXTERN_MEMORY) {
            add_memory(ctx, item.of.memory, &out->digest);
        } else if (item.kind == CUPEL_EXTERN_TABLE) {
            add_table(ctx, item.of.table, &out->digest);
        } else if (item.kind == CUPEL_EXTERN_GLOBAL) {
            add_global(ctx, item.of.global, &out->digest);
        }
    }
}

void harness_run_module(cupel_engine_t *engine, cupel_module_t *module, uint64_t fuel,
                        struct outcome *out)
{
    cupel_store_t *store = new_store(engine);
    cupel_context_t *ctx = cupel_store_context(store);
    cupel_extern_t imports[MAX_IMPORTS];
    cupel_instance_t instance;
    cupel_trap_t *trap = NULL;
    *out = (struct outcome){.compiled = true, .digest = UINT64_C(0xcbf29ce484222325)};
    if (make_imports(ctx, module, imports, out)) {
        set_fuel(ctx, fuel);
        cupel_error_t *error = cupel_instance_new(
            ctx, module, imports, cupel_module_import_count(module), &instance, &trap);
        out->instantiated = error == NULL && trap == NULL;
        add_fuel(ctx, &out->digest);
        note_error(out, error);
        if (trap != NULL) {
            add_trap(&out->digest, trap);
        }
        if (out->instantiated) {
            use_exports(ctx, instance, fuel, out);
        }
    }
    cupel_store_delete(store);
}

void harness_run(cupel_engine_t *engine, const uint8_t *wasm, size_t len, uint64_t fuel,
                 struct outcome *out)
{
    cupel_module_t *module = NULL;
    *out = (struct outcome){0};
    cupel_error_t *error = cupel_module_new(engine, wasm, len, &module);
    if (error != NULL) {
        note_error(out, error);
    } else {
        harness_run_module(engine, module, fuel, out);
    }
    cupel_module_delete(module);
}
