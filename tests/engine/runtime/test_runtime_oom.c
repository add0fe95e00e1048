/*
 * Every allocation of a whole life fails once: each time something says "out of memory", nothing
 * leaks (a sanitizer or valgrind looks on), and finalisers run exactly once.
 */
#include "config.h"

#include "tests/engine/runtime/runtime_tests.h"

#ifdef CUPEL_FAULT_INJECTION
#include <string.h>

#include "engine/base/alloc.h"

/* Beside those of a world. */
enum { LIFE_LAZY = 16, LIFE_LAZY_TRANSLATION = 32, LIFE_STREAMING = 64, LIFE_UNCHECKED = 128 };

struct life {
    unsigned flags;
    cupel_engine_t *engine;
    cupel_linker_t *linker;
    cupel_module_t *module;
    cupel_store_t *store;
    cupel_context_t *ctx;
    cupel_instance_t instance;
    int made, finalised; /* things with a finaliser */
    bool failed;
};

static bool give_up(struct life *l)
{
    l->failed = true;
    return false;
}

/* True if the call worked; an error must be about memory. */
static bool worked(struct life *l, cupel_error_t *error)
{
    if (!error)
        return true;
    ck_assert_msg(cupel_error_kind(error) == CUPEL_ERROR_OUT_OF_MEMORY, "%s",
                  cupel_error_message(error));
    ck_assert_uint_eq(cupel_error_func_index(error), CUPEL_NO_INDEX);
    cupel_error_delete(error);
    return give_up(l);
}

static cupel_trap_t *host(void *env, cupel_caller_t *caller, const cupel_val_t *args, size_t nargs,
                          cupel_val_t *results, size_t nresults)
{
    (void)env, (void)caller, (void)args, (void)nargs;
    for (size_t i = 0; i < nresults; i++)
        results[i].of.i32 = 1;
    return NULL;
}

static bool begin(struct life *l)
{
    cupel_config_t *config = cupel_config_new();
    if (!config)
        return give_up(l);
    cupel_config_set_consume_fuel(config, l->flags & WORLD_METERED);
    cupel_config_set_guard_pages(config, !(l->flags & WORLD_CHECKED));
    cupel_config_set_translation_fuel(config, true);
    if (l->flags & (LIFE_LAZY | LIFE_LAZY_TRANSLATION))
        cupel_config_set_compilation_mode(
            config, l->flags & LIFE_LAZY ? CUPEL_COMPILE_LAZY : CUPEL_COMPILE_LAZY_TRANSLATION);
    l->engine = cupel_engine_new_with_config(config);
    l->linker = l->engine ? cupel_linker_new(l->engine) : NULL;
    if (!l->linker)
        return give_up(l);
    l->made++;
    l->store = cupel_store_new(l->engine, &l->finalised, count_run);
    if (!l->store)
        return give_up(l);
    l->ctx = cupel_store_context(l->store);
    if (l->flags & WORLD_METERED)
        must(cupel_context_set_fuel(l->ctx, 1000000));
    return true;
}

/* Longer than the first piece that is read of a stream. */
static const uint8_t data[20000];

/* A module with a bit of everything; built without the engine's allocator. */
static void build(struct wasm *w)
{
    wasm_init(w);
    uint32_t plain = wasm_type(w, "i", "i"), wide = wasm_type(w, "iiiiiiiiiiiiiiii", "iiii");
    wasm_import_func(w, "env", "plain", plain);
    wasm_import_func(w, "env", "wide", wide);
    wasm_table(w, 'r', 20, WASM_NO_MAX);
    wasm_memory(w, 1, 10);
    wasm_export(w, "memory", CUPEL_EXTERN_MEMORY, 0);
    wasm_global(w, 'i', true, BYTES(W_I32_CONST, 3, W_END));
    wasm_export(w, "global", CUPEL_EXTERN_GLOBAL, 0);
    wasm_elem(w, 0, (const uint32_t[]){0, 1, 2}, 3);
    wasm_data(w, 0, data, sizeof data);
    wasm_export_func(w, "trap", "i", "i",
                     BYTES(W_LOCAL_GET, 0, W_CALL, 0, W_DROP, W_LOCAL_GET, 0, W_I32_CONST, 0,
                           W_I32_DIV_S, W_END));
    wasm_export_func(w, "wide", "", "i",
                     BYTES(W_I32_CONST, 0, W_I32_CONST, 0, W_I32_CONST, 0, W_I32_CONST, 0,
                           W_I32_CONST, 0, W_I32_CONST, 0, W_I32_CONST, 0, W_I32_CONST, 0,
                           W_I32_CONST, 0, W_I32_CONST, 0, W_I32_CONST, 0, W_I32_CONST, 0,
                           W_I32_CONST, 0, W_I32_CONST, 0, W_I32_CONST, 0, W_I32_CONST, 0, W_CALL,
                           1, W_I32_ADD, W_I32_ADD, W_I32_ADD, W_END));
    wasm_export_func(w, "grow", "", "i",
                     BYTES(W_I32_CONST, 2, W_MEMORY_GROW, 0, W_REF_NULL, W_TYPE_FUNCREF,
                           W_I32_CONST, 30, W_FC, 15, 0, W_I32_ADD, W_END));
    wasm_name_func(w, 2, "trap");
}

struct bytes {
    const uint8_t *at;
    size_t left;
};

static ssize_t read_bytes(void *env, void *buf, size_t len)
{
    struct bytes *b = env;
    size_t n = len < b->left ? len : b->left;
    memcpy(buf, b->at, n);
    b->at += n;
    b->left -= n;
    return (ssize_t)n;
}

static cupel_error_t *make_module(struct life *l, const uint8_t *bytes, size_t len)
{
    struct bytes b = {bytes, len};
    if (l->flags & LIFE_STREAMING)
        return cupel_module_new_streaming(l->engine, &(cupel_reader_t){read_bytes, &b}, &l->module);
    if (l->flags & LIFE_UNCHECKED)
        return cupel_module_new_unchecked(l->engine, bytes, len, &l->module);
    return cupel_module_new(l->engine, bytes, len, &l->module);
}

static bool compile(struct life *l)
{
    struct wasm w;
    size_t len;
    build(&w);
    const uint8_t *bytes = wasm_finish(&w, &len);
    bool ok = worked(l, cupel_module_validate(l->engine, bytes, len)) &&
              worked(l, make_module(l, bytes, len));
    wasm_fini(&w);
    return ok;
}

static bool define(struct life *l, const char *name, size_t nparams, size_t nresults)
{
    static const cupel_valkind_t kinds[16]; /* all i32 */
    cupel_functype_t *type = cupel_functype_new(kinds, nparams, kinds, nresults);
    if (!type)
        return give_up(l);
    l->made++;
    cupel_error_t *error = cupel_linker_func_new(l->linker, "env", 3, name, strlen(name), type,
                                                 host, &l->finalised, count_run);
    cupel_functype_delete(type);
    return worked(l, error);
}

static bool share(struct life *l)
{
    static const cupel_valkind_t kinds[2]; /* all i32 */
    cupel_linker_builder_t *b = cupel_linker_builder_new(l->engine);
    cupel_functype_t *type = cupel_functype_new(kinds, 1, kinds, 1);
    bool ok = b && type;
    if (!ok)
        give_up(l);
    for (int i = 0; i < 40 && ok; i++) {
        char name[2] = {(char)('A' + i), '\0'};
        l->made++;
        ok = worked(l, cupel_linker_builder_func_new(b, "shared", 6, name, 1, type, host,
                                                     &l->finalised, count_run));
    }
    if (ok) {
        cupel_linker_t *linker;
        cupel_extern_t item;
        cupel_linker_builder_finish(b);
        ok = worked(l, cupel_linker_builder_create(b, &linker));
        if (ok) {
            ok = worked(l, cupel_linker_alias_module(linker, "shared", 6, "alias", 5)) &&
                 worked(l, cupel_linker_get(linker, l->ctx, "alias", 5, "B", 1, &item));
            cupel_linker_delete(linker);
        }
    }
    cupel_functype_delete(type);
    cupel_linker_builder_delete(b);
    return ok;
}

static bool make_objects(struct life *l)
{
    cupel_memory_t memory;
    cupel_table_t table;
    cupel_extern_t global = {.kind = CUPEL_EXTERN_GLOBAL};
    cupel_val_t ref = {.kind = CUPEL_EXTERNREF}, one = val_i32(1);
    cupel_tabletype_t tabletype = {.element = CUPEL_EXTERNREF, .limits = {.min = 3}};
    cupel_memorytype_t memtype = {.limits = {.min = 1}, .page_size_log2 = 16};
    l->made++;
    return worked(l, cupel_externref_new(l->ctx, &l->finalised, count_run, &ref.of.externref)) &&
           worked(l, cupel_memory_new(l->ctx, &memtype, &memory)) &&
           worked(l, cupel_memory_grow(l->ctx, memory, 3, NULL)) &&
           worked(l, cupel_table_new(l->ctx, &tabletype, &ref, &table)) &&
           worked(l, cupel_table_grow(l->ctx, table, 3, &ref, NULL)) &&
           worked(l, cupel_global_new(l->ctx, &(cupel_globaltype_t){CUPEL_I32, true}, &one,
                                      &global.of.global)) &&
           worked(l, cupel_linker_define(l->linker, l->ctx, "env", 3, "g", 1, &global));
}

/* The trap must be about memory unless it is `expected`. */
static bool ended(struct life *l, cupel_trap_t *trap, int expected)
{
    if (!trap) {
        ck_assert_int_eq(expected, -1);
        return true;
    }
    int code = (int)cupel_trap_code(trap);
    cupel_trap_delete(trap);
    if (code == expected)
        return true;
    ck_assert_int_eq(code, CUPEL_TRAP_OUT_OF_SYSTEM_MEMORY);
    return give_up(l);
}

static bool call(struct life *l, const char *name, size_t nargs, int expected_trap, int32_t *result)
{
    cupel_val_t arg = val_i32(1), out;
    cupel_trap_t *trap;
    cupel_extern_t item;
    ck_assert(cupel_instance_get_export(l->ctx, l->instance, name, strlen(name), &item));
    if (!worked(l, cupel_func_call(l->ctx, item.of.func, &arg, nargs, &out, 1, &trap)))
        return false;
    bool trapped = trap != NULL;
    if (!ended(l, trap, expected_trap))
        return false;
    *result = trapped ? 0 : out.of.i32;
    return true;
}

/* In a lazy mode a first call that found no memory can be made again. */
static bool call_again(struct life *l, const char *name, size_t nargs, int expected_trap,
                       int32_t *result)
{
    if (call(l, name, nargs, expected_trap, result))
        return true;
    return (l->flags & (LIFE_LAZY | LIFE_LAZY_TRANSLATION)) &&
           call(l, name, nargs, expected_trap, result);
}

static bool serialize(struct life *l)
{
    cupel_bytes_t image;
    bool ok = worked(l, cupel_module_serialize(l->module, &image));
    cupel_bytes_delete(&image);
    return ok;
}

static bool instantiate(struct life *l)
{
    cupel_trap_t *trap;
    return worked(l, cupel_linker_instantiate(l->linker, l->ctx, l->module, &l->instance, &trap)) &&
           ended(l, trap, -1);
}

/* An instance whose code is a checked copy. */
static bool run_on_a_buffer(struct life *l)
{
    static uint8_t buffer[65536];
    cupel_memorytype_t type = {.limits = {.min = 1}, .page_size_log2 = 16};
    cupel_extern_t import = {.kind = CUPEL_EXTERN_MEMORY};
    cupel_module_t *module;
    cupel_instance_t instance;
    cupel_trap_t *trap;
    struct wasm w;
    size_t len;
    wasm_init(&w);
    wasm_import_memory(&w, "", "m", 1, WASM_NO_MAX);
    wasm_export_func(&w, "f", "i", "i", BYTES(W_LOCAL_GET, 0, W_I32_LOAD, 0, 0, W_END));
    const uint8_t *bytes = wasm_finish(&w, &len);
    bool ok = worked(l, cupel_module_new(l->engine, bytes, len, &module));
    wasm_fini(&w);
    if (!ok)
        return false;
    ok = worked(l,
                cupel_memory_new_static(l->ctx, &type, buffer, sizeof buffer, &import.of.memory)) &&
         worked(l, cupel_instance_new(l->ctx, module, &import, 1, &instance, &trap)) &&
         ended(l, trap, -1);
    cupel_module_delete(module);
    return ok;
}

static bool instantiate_in_two_steps(struct life *l)
{
    cupel_trap_t *trap;
    cupel_instance_pre_t *pre;
    cupel_instance_t unused;
    if (!worked(l, cupel_linker_instantiate_pre(l->linker, l->ctx, l->module, &pre, &trap)) ||
        !ended(l, trap, -1))
        return false;
    return worked(l, cupel_instance_pre_start(pre, l->ctx, &unused, &trap)) && ended(l, trap, -1);
}

static void live(struct life *l)
{
    int32_t result;
    if (!begin(l) || !define(l, "plain", 1, 1) || !define(l, "wide", 16, 4) || !compile(l) ||
        !make_objects(l) || !share(l) || !instantiate(l) || !instantiate_in_two_steps(l) ||
        !run_on_a_buffer(l) ||
        !worked(l, cupel_linker_instance(l->linker, l->ctx, "lib", 3, l->instance)) ||
        !instantiate(l))
        goto out;
    if (call_again(l, "wide", 0, -1, &result))
        ck_assert_int_eq(result, 4);
    if (call_again(l, "trap", 1, CUPEL_TRAP_INTEGER_DIVISION_BY_ZERO, &result))
        ck_assert_int_eq(result, 0);
    /* Without memory a growth gives -1. */
    if (call(l, "grow", 0, -1, &result) && result != 21)
        l->failed = true;
    serialize(l);
out:
    cupel_module_delete(l->module);
    cupel_linker_delete(l->linker);
    cupel_store_delete(l->store);
    cupel_engine_delete(l->engine);
    ck_assert_int_eq(l->finalised, l->made);
}

static const unsigned variants[] = {0,
                                    WORLD_CHECKED,
                                    WORLD_METERED,
                                    LIFE_LAZY,
                                    LIFE_LAZY | WORLD_METERED | LIFE_STREAMING,
                                    LIFE_LAZY_TRANSLATION,
                                    LIFE_LAZY_TRANSLATION | LIFE_UNCHECKED};

START_TEST(every_allocation_fails_once)
{
    for (uint64_t n = 1;; n++) {
        struct life l = {.flags = variants[_i]};
        mem_fail_at(n);
        live(&l);
        uint64_t count = mem_alloc_count();
        mem_fail_at(0);
        if (count < n) {
            ck_assert(!l.failed);
            ck_assert_uint_gt(n, 50);
            return;
        }
    }
}
END_TEST

void add_runtime_oom(TCase *tc)
{
    tcase_add_loop_test(tc, every_allocation_fails_once, 0, sizeof variants / sizeof *variants);
}
#else
void add_runtime_oom(TCase *tc)
{
    (void)tc;
}
#endif
