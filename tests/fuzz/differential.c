/*
 * differential: writes generated modules to a folder and prints, for each, what its functions give here.
 * differential.js prints the same for another engine; check-differential.sh compares the two.
 *
 * Usage: differential FOLDER FIRST COUNT
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/cupel.h"
#include "tests/fuzz/generator.h"

#define MAX_INPUT 6000

static void die(const char *what)
{
    fprintf(stderr, "differential: %s\n", what);
    exit(2);
}

static void check(cupel_error_t *error)
{
    if (error != NULL) {
        die(cupel_error_message(error));
    }
}

/* splitmix64 */
static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static size_t make_module(uint64_t number, uint8_t *wasm)
{
    static uint8_t input[MAX_INPUT];
    uint64_t random = number;
    size_t len = 16 + (size_t)(next(&random) % (MAX_INPUT - 16));
    for (size_t i = 0; i < len; i++) {
        input[i] = (uint8_t)next(&random);
    }
    return generate_module(input, len, wasm);
}

static void print_value(const cupel_val_t *value)
{
    switch (value->kind) {
    case CUPEL_I32:
        printf(" %" PRId32, value->of.i32);
        return;
    case CUPEL_I64:
        printf(" %" PRId64, value->of.i64);
        return;
    case CUPEL_F32:
    case CUPEL_F64: {
        double number = value->kind == CUPEL_F32 ? (double)value->of.f32 : value->of.f64;
        uint64_t bits;
        memcpy(&bits, &number, sizeof bits);
        if (isnan(number)) {
            printf(" nan");
        } else {
            printf(" %016" PRIx64, bits);
        }
        return;
    }
    default:
        die("a value is of no number type");
    }
}

/* In words that stand for the same classes as in differential.js. */
static const char *trap_class(cupel_trapcode_t code)
{
    switch (code) {
    case CUPEL_TRAP_UNREACHABLE:
        return "unreachable";
    case CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS:
        return "memory";
    case CUPEL_TRAP_TABLE_OUT_OF_BOUNDS:
        return "table";
    case CUPEL_TRAP_INDIRECT_CALL_TO_NULL:
    case CUPEL_TRAP_BAD_SIGNATURE:
        return "signature";
    case CUPEL_TRAP_INTEGER_DIVISION_BY_ZERO:
        return "division";
    case CUPEL_TRAP_INTEGER_OVERFLOW:
    case CUPEL_TRAP_BAD_CONVERSION_TO_INTEGER:
        return "overflow";
    default:
        return cupel_trapcode_name(code);
    }
}

static cupel_val_t argument(cupel_valkind_t kind, size_t place)
{
    cupel_val_t value = {.kind = kind};
    int number = 3 + 7 * (int)place;
    if (kind == CUPEL_I32) {
        value.of.i32 = number;
    } else if (kind == CUPEL_I64) {
        value.of.i64 = number;
    } else if (kind == CUPEL_F32) {
        value.of.f32 = (float)number / 2;
    } else {
        value.of.f64 = -(double)number / 4;
    }
    return value;
}

static void call(cupel_context_t *ctx, cupel_name_t name, cupel_func_t func)
{
    cupel_val_t args[8];
    cupel_val_t results[8];
    size_t nargs;
    size_t nresults;
    cupel_trap_t *trap = NULL;
    cupel_functype_t *type = cupel_func_type(ctx, func);
    const cupel_valkind_t *kinds = cupel_functype_params(type, &nargs);
    for (size_t i = 0; i < nargs; i++) {
        args[i] = argument(kinds[i], i);
    }
    cupel_functype_results(type, &nresults);
    check(cupel_func_call(ctx, func, args, nargs, results, nresults, &trap));
    printf("%.*s", (int)name.len, name.data);
    if (trap != NULL) {
        printf(" trap %s", trap_class(cupel_trap_code(trap)));
    } else {
        for (size_t i = 0; i < nresults; i++) {
            print_value(&results[i]);
        }
    }
    putchar('\n');
    cupel_trap_delete(trap);
    cupel_functype_delete(type);
}

static void print_memory(cupel_context_t *ctx, cupel_memory_t memory)
{
    uint8_t *data;
    size_t size;
    uint32_t hash = 2166136261u;
    check(cupel_memory_data(ctx, memory, &data, &size));
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ data[i]) * 16777619u;
    }
    printf("memory %zu %" PRIu32 "\n", size, hash);
}

static void print_item(cupel_context_t *ctx, cupel_name_t name, const cupel_extern_t *item)
{
    if (item->kind == CUPEL_EXTERN_MEMORY) {
        print_memory(ctx, item->of.memory);
    } else if (item->kind == CUPEL_EXTERN_GLOBAL) {
        cupel_val_t value;
        check(cupel_global_get(ctx, item->of.global, &value));
        printf("%.*s", (int)name.len, name.data);
        print_value(&value);
        putchar('\n');
    } else if (item->kind == CUPEL_EXTERN_TABLE) {
        uint64_t size;
        check(cupel_table_size(ctx, item->of.table, &size));
        printf("table %" PRIu64, size);
        for (uint64_t i = 0; i < size; i++) {
            cupel_val_t value;
            check(cupel_table_get(ctx, item->of.table, i, &value));
            printf(" %d", value.of.funcref.store_id != 0);
        }
        putchar('\n');
    }
}

static void run(cupel_engine_t *engine, const uint8_t *wasm, size_t len)
{
    cupel_module_t *module = NULL;
    cupel_instance_t instance;
    cupel_trap_t *trap = NULL;
    cupel_name_t name;
    cupel_extern_t item;
    check(cupel_module_new(engine, wasm, len, &module));
    cupel_store_t *store = cupel_store_new(engine, NULL, NULL);
    if (store == NULL) {
        die("out of memory");
    }
    cupel_context_t *ctx = cupel_store_context(store);
    check(cupel_instance_new(ctx, module, NULL, 0, &instance, &trap));
    if (trap != NULL) {
        printf("no instance\n");
        cupel_trap_delete(trap);
    } else {
        for (size_t i = 0; cupel_instance_export(ctx, instance, i, &name, &item); i++) {
            if (item.kind == CUPEL_EXTERN_FUNC) {
                call(ctx, name, item.of.func);
            }
        }
        for (size_t i = 0; cupel_instance_export(ctx, instance, i, &name, &item); i++) {
            print_item(ctx, name, &item);
        }
    }
    cupel_store_delete(store);
    cupel_module_delete(module);
}

int main(int argc, char **argv)
{
    static uint8_t wasm[GENERATED_MAX];
    if (argc != 4) {
        die("usage: differential FOLDER FIRST COUNT");
    }
    uint64_t first = strtoull(argv[2], NULL, 10);
    uint64_t count = strtoull(argv[3], NULL, 10);
    cupel_engine_t *engine = cupel_engine_new();
    if (engine == NULL) {
        die("out of memory");
    }
    for (uint64_t i = first; i < first + count; i++) {
        char path[4096];
        size_t len = make_module(i, wasm);
        snprintf(path, sizeof path, "%s/%" PRIu64 ".wasm", argv[1], i);
        FILE *file = fopen(path, "wb");
        if (file == NULL || fwrite(wasm, 1, len, file) != len || fclose(file) != 0) {
            die(path);
        }
        printf("module %" PRIu64 "\n", i);
        fflush(stdout);
        run(engine, wasm, len);
    }
    cupel_engine_delete(engine);
    return 0;
}
