/* What must not make a difference: the memory path, the compilation mode, the tier, and going through an image. */
#include "tests/fuzz/harness.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool harness_outcomes_equal(const struct outcome *a, const struct outcome *b)
{
    return a->compiled == b->compiled && a->instantiated == b->instantiated &&
           a->error == b->error && a->digest == b->digest && strcmp(a->message, b->message) == 0;
}

void harness_outcome_print(const char *title, const struct outcome *outcome)
{
    fprintf(stderr, "%s: %s, %s, digest %016" PRIx64 "%s%s%s%s\n", title,
            outcome->compiled ? "compiled" : "refused",
            outcome->instantiated ? "instantiated" : "not instantiated", outcome->digest,
            outcome->error != 0 ? ", " : "",
            outcome->error != 0 ? cupel_errorkind_name(outcome->error) : "",
            outcome->error != 0 ? ": " : "", outcome->message);
}

static void expect_equal(const char *what, const struct outcome *a, const struct outcome *b)
{
    if (!harness_outcomes_equal(a, b)) {
        fprintf(stderr, "harness: %s makes a difference\n", what);
        harness_outcome_print("  with guard pages", a);
        harness_outcome_print("  otherwise", b);
        abort();
    }
}

static void expect_success(const char *what, cupel_error_t *error)
{
    if (error != NULL) {
        fprintf(stderr, "harness: %s: %s\n", what, cupel_error_message(error));
        abort();
    }
}

static void run_image(cupel_engine_t *engine, cupel_module_t *module, uint64_t fuel,
                      const struct outcome *expected)
{
    cupel_bytes_t image = {0};
    cupel_module_t *again = NULL;
    struct outcome outcome;
    expect_success("serialize", cupel_module_serialize(module, &image));
    expect_success("deserialize", cupel_module_deserialize(engine, image.data, image.len, &again));
    harness_run_module(engine, again, fuel, &outcome);
    expect_equal("the image", expected, &outcome);
    cupel_module_delete(again);
    cupel_bytes_delete(&image);
}

/* A module that is accepted runs the same when it is compiled at first calls. */
static void run_lazily(const uint8_t *wasm, size_t len, uint64_t fuel,
                       const struct outcome *expected)
{
    struct outcome outcome;
    harness_run(harness_lazy_engine(), wasm, len, fuel, &outcome);
    expect_equal("lazy compilation", expected, &outcome);
}

/* One that is refused is refused for the same reason, at once or when all of it is compiled. */
static void refuse_lazily(const uint8_t *wasm, size_t len, cupel_error_t *expected)
{
    cupel_module_t *module = NULL;
    cupel_bytes_t image = {0};
    cupel_error_t *error = cupel_module_new(harness_lazy_engine(), wasm, len, &module);
    if (error == NULL) {
        error = cupel_module_serialize(module, &image);
    }
    const char *message = error != NULL ? cupel_error_message(error) : "accepted";
    if (strcmp(message, cupel_error_message(expected)) != 0 ||
        cupel_error_offset(error) != cupel_error_offset(expected) ||
        cupel_error_func_index(error) != cupel_error_func_index(expected)) {
        fprintf(stderr, "harness: refused eagerly: %s; lazily: %s\n", cupel_error_message(expected),
                message);
        abort();
    }
    cupel_error_delete(error);
    cupel_bytes_delete(&image);
    cupel_module_delete(module);
}

void harness_compare(const uint8_t *wasm, size_t len, uint64_t fuel, struct outcome *out)
{
    cupel_engine_t *engine = harness_engine(true);
    cupel_module_t *module = NULL;
    struct outcome checked;
    harness_run(harness_engine(false), wasm, len, fuel, &checked);
    cupel_error_t *error = cupel_module_new(engine, wasm, len, &module);
    if (error != NULL) {
        refuse_lazily(wasm, len, error);
        cupel_error_delete(error);
        harness_run(engine, wasm, len, fuel, out);
    } else {
        harness_visit(module);
        harness_run_module(engine, module, fuel, out);
        run_image(engine, module, fuel, out);
        run_lazily(wasm, len, fuel, out);
    }
    cupel_module_delete(module);
    expect_equal("the memory path", out, &checked);
}

/* ---- Visiting ---- */

static volatile uint64_t sink;

static void touch(const void *data, size_t len)
{
    const uint8_t *bytes = data;
    for (size_t i = 0; i < len; i++) {
        sink += bytes[i];
    }
}

static void touch_line(void *env, const char *line)
{
    (void)env;
    touch(line, strlen(line));
}

static void touch_type(const cupel_externtype_t *type)
{
    if (type->kind == CUPEL_EXTERN_FUNC) {
        size_t count;
        const cupel_valkind_t *kinds = cupel_functype_params(type->of.func, &count);
        touch(kinds, count * sizeof *kinds);
        kinds = cupel_functype_results(type->of.func, &count);
        touch(kinds, count * sizeof *kinds);
    }
}

static void visit_functions(const cupel_module_t *module)
{
    cupel_module_info_t info;
    cupel_module_info(module, &info);
    for (uint32_t i = 0; i < info.functions; i++) {
        cupel_name_t name = cupel_module_func_name(module, i);
        touch(name.data, name.len);
        if (i >= info.imported_functions) {
            expect_success("dump", cupel_module_dump(module, i, touch_line, NULL));
        }
    }
}

void harness_visit(const cupel_module_t *module)
{
    cupel_importtype_t import;
    for (size_t i = 0; cupel_module_import(module, i, &import); i++) {
        touch(import.module.data, import.module.len);
        touch(import.name.data, import.name.len);
        touch_type(&import.type);
    }
    cupel_exporttype_t export;
    for (size_t i = 0; cupel_module_export(module, i, &export); i++) {
        cupel_externtype_t type;
        touch(export.name.data, export.name.len);
        touch_type(&export.type);
        if (!cupel_module_get_export(module, export.name.data, export.name.len, &type)) {
            fputs("harness: an export is not found by its name\n", stderr);
            abort();
        }
    }
    cupel_custom_section_t section;
    for (size_t i = 0; cupel_module_custom_section(module, i, &section); i++) {
        touch(section.name.data, section.name.len);
        touch(section.data, section.len);
    }
    visit_functions(module);
}
