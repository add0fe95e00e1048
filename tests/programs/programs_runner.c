/*
 * programs-runner: the test programs, compiled natively into this one and to WebAssembly into a folder,
 * must give the same digests; what they cost in fuel must not depend on the memory path.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/cupel.h"

/* What automake takes for "skipped". */
#define EXIT_SKIPPED 77

#define DEFAULT_DIR "tests/programs/wasm"

#define RUN(name, argument) uint64_t name##_run(uint32_t n);
#include "tests/programs/programs.def"
#undef RUN

static const struct program {
    const char *name;
    uint64_t (*native)(uint32_t n);
    uint32_t n;
} programs[] = {
#define RUN(name, argument) {#name, name##_run, argument},
#include "tests/programs/programs.def"
#undef RUN
};

static const char *const variants[] = {"O0", "O2", "Os", "O3-features", "O2-simd", "O3-simd"};

struct way {
    bool guard_pages;
    bool metering;
    bool via_image;
};

static const struct way ways[] = {
    {true, false, false}, {true, true, false}, {false, false, false},
    {false, true, false}, {true, true, true},
};
#define WAYS (sizeof ways / sizeof ways[0])

struct result {
    uint64_t digest;
    uint64_t fuel;
    char failure[256]; /* empty: there is a digest */
};

static void note(struct result *result, const char *what, cupel_error_t *error, cupel_trap_t *trap)
{
    if (error != NULL) {
        snprintf(result->failure, sizeof result->failure, "%s: %s", what,
                 cupel_error_message(error));
    } else if (trap != NULL) {
        snprintf(result->failure, sizeof result->failure, "%s: trap: %s", what,
                 cupel_trapcode_name(cupel_trap_code(trap)));
    }
    cupel_error_delete(error);
    cupel_trap_delete(trap);
}

static cupel_engine_t *new_engine(const struct way *way)
{
    cupel_config_t *config = cupel_config_new();
    if (config == NULL) {
        return NULL;
    }
    cupel_config_set_guard_pages(config, way->guard_pages);
    cupel_config_set_consume_fuel(config, way->metering);
    return cupel_engine_new_with_config(config);
}

static cupel_module_t *new_module(cupel_engine_t *engine, const struct way *way,
                                  const uint8_t *bytes, size_t len, struct result *result)
{
    cupel_module_t *module = NULL;
    cupel_error_t *error = cupel_module_new(engine, bytes, len, &module);
    if (error == NULL && way->via_image) {
        cupel_bytes_t image = {0};
        error = cupel_module_serialize(module, &image);
        cupel_module_delete(module);
        module = NULL;
        if (error == NULL) {
            error = cupel_module_deserialize(engine, image.data, image.len, &module);
            cupel_bytes_delete(&image);
        }
    }
    note(result, "module", error, NULL);
    return module;
}

static void call(cupel_context_t *ctx, cupel_instance_t instance, uint32_t n, struct result *result)
{
    cupel_extern_t item;
    cupel_val_t arg = {.kind = CUPEL_I32, .of.i32 = (int32_t)n};
    cupel_val_t digest = {0};
    cupel_trap_t *trap = NULL;
    if (!cupel_instance_get_export(ctx, instance, "run", 3, &item) ||
        item.kind != CUPEL_EXTERN_FUNC) {
        snprintf(result->failure, sizeof result->failure, "exports no function \"run\"");
        return;
    }
    cupel_error_t *error = cupel_func_call(ctx, item.of.func, &arg, 1, &digest, 1, &trap);
    note(result, "run", error, trap);
    result->digest = (uint64_t)digest.of.i64;
}

static void run_in_store(cupel_engine_t *engine, cupel_module_t *module, const struct way *way,
                         uint32_t n, struct result *result)
{
    cupel_store_t *store = cupel_store_new(engine, NULL, NULL);
    cupel_instance_t instance;
    cupel_trap_t *trap = NULL;
    if (store == NULL) {
        snprintf(result->failure, sizeof result->failure, "out of memory");
        return;
    }
    cupel_context_t *ctx = cupel_store_context(store);
    if (way->metering) {
        note(result, "fuel", cupel_context_set_fuel(ctx, UINT64_MAX), NULL);
    }
    cupel_error_t *error = cupel_instance_new(ctx, module, NULL, 0, &instance, &trap);
    note(result, "instance", error, trap);
    if (result->failure[0] == '\0') {
        call(ctx, instance, n, result);
    }
    if (way->metering) {
        uint64_t left = 0;
        note(result, "fuel", cupel_context_get_fuel(ctx, &left), NULL);
        result->fuel = UINT64_MAX - left;
    }
    cupel_store_delete(store);
}

static struct result run(const uint8_t *bytes, size_t len, const struct way *way, uint32_t n)
{
    struct result result = {0};
    cupel_engine_t *engine = new_engine(way);
    if (engine == NULL) {
        snprintf(result.failure, sizeof result.failure, "out of memory");
        return result;
    }
    cupel_module_t *module = new_module(engine, way, bytes, len, &result);
    if (module != NULL) {
        run_in_store(engine, module, way, n, &result);
    }
    cupel_module_delete(module);
    cupel_engine_delete(engine);
    return result;
}

static uint8_t *read_file(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        fprintf(stderr, "programs-runner: %s: %s\n", path, strerror(errno));
        exit(1);
    }
    *len = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*len + 1);
    if (bytes == NULL || fread(bytes, 1, *len, file) != *len) {
        fprintf(stderr, "programs-runner: %s: cannot be read\n", path);
        exit(1);
    }
    fclose(file);
    return bytes;
}

/* Runs one build of a program in all ways; the number of failures. */
static unsigned check(const struct program *program, const char *dir, const char *variant)
{
    char path[4096];
    size_t len;
    unsigned failures = 0;
    uint64_t fuel = 0;
    uint64_t expected = program->native(program->n);
    snprintf(path, sizeof path, "%s/%s-%s.wasm", dir, program->name, variant);
    uint8_t *bytes = read_file(path, &len);
    for (size_t i = 0; i < WAYS; i++) {
        struct result result = run(bytes, len, &ways[i], program->n);
        if (result.failure[0] == '\0' && result.digest != expected) {
            snprintf(result.failure, sizeof result.failure,
                     "gives %016" PRIx64 ", natively %016" PRIx64, result.digest, expected);
        }
        if (result.failure[0] == '\0' && ways[i].metering && fuel != 0 && fuel != result.fuel) {
            snprintf(result.failure, sizeof result.failure,
                     "costs %" PRIu64 " of fuel, elsewhere %" PRIu64, result.fuel, fuel);
        }
        fuel = ways[i].metering ? result.fuel : fuel;
        if (result.failure[0] != '\0') {
            printf("%s-%s (%s, %s%s): FAILED: %s\n", program->name, variant,
                   ways[i].guard_pages ? "guard pages" : "checked",
                   ways[i].metering ? "fuel" : "no fuel", ways[i].via_image ? ", image" : "",
                   result.failure);
            failures++;
        }
    }
    free(bytes);
    return failures;
}

static bool compiler_is_missing(const char *dir)
{
    char path[4096];
    char line[256];
    snprintf(path, sizeof path, "%s/missing", dir);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return false;
    }
    printf("programs-runner: skipped: %s", fgets(line, sizeof line, file) != NULL ? line : "\n");
    fclose(file);
    return true;
}

int main(int argc, char **argv)
{
    const char *dir = argc > 1 ? argv[1] : DEFAULT_DIR;
    unsigned passed = 0;
    unsigned failed = 0;
    if (compiler_is_missing(dir)) {
        return EXIT_SKIPPED;
    }
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        if (programs[i].native(programs[i].n) == 0) {
            printf("%s: FAILED: a known answer is not given natively\n", programs[i].name);
            failed++;
        }
        for (size_t k = 0; k < sizeof variants / sizeof variants[0]; k++) {
            unsigned failures = check(&programs[i], dir, variants[k]);
            failed += failures;
            passed += (unsigned)WAYS - failures;
        }
    }
    printf("%u passed, %u failed\n", passed, failed);
    return failed > 0 ? 1 : 0;
}
