/*
 * Every allocation of a whole life fails once: each time something is NULL, empty, false or a trap
 * about memory, nothing leaks (a sanitizer or valgrind looks on), and finalizers run exactly once.
 */
#include "config.h"

#include "tests/engine/capi/capi_tests.h"

#ifdef CUPEL_FAULT_INJECTION
#include "engine/base/alloc.h"
#include "engine/capi/capi_store.h"

struct life {
    bool lazy; /* functions are compiled at their first call */
    wasm_byte_vec_t binary;
    wasm_engine_t *engine;
    wasm_store_t *store;
    wasm_module_t *module;
    wasm_func_t *host;
    wasm_foreign_t *foreign;
    wasm_instance_t *instance;
    wasm_extern_vec_t exports;
    int made, finalized; /* things with a finalizer */
    bool failed;
};

/* Remembers a failure; true if there is none. */
static bool worked(struct life *l, bool condition)
{
    l->failed |= !condition;
    return condition;
}

/* Gives its first argument on, or fails if the second is not null. */
static wasm_trap_t *pass_or_trap(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results)
{
    wasm_name_t text;
    (void)env;
    wasm_val_copy(&results->data[0], &args->data[0]);
    if (!args->data[1].of.ref)
        return NULL;
    wasm_name_new_from_string_nt(&text, "on purpose");
    wasm_trap_t *trap = text.size ? wasm_trap_new(NULL, &text) : NULL;
    wasm_name_delete(&text);
    return trap;
}

/* Built without the engine's allocator; borrowed from the builder. */
static wasm_byte_vec_t build(struct wasm *w)
{
    size_t len;
    wasm_init(w);
    wasm_import_func(w, "env", "host", wasm_type(w, "eeiiiiiiii", "eiiiiiii"));
    wasm_export(w, "table", CUPEL_EXTERN_TABLE, wasm_table(w, 'e', 3, 40));
    wasm_export(w, "memory", CUPEL_EXTERN_MEMORY, wasm_memory(w, 1, 10));
    wasm_export(w, "global", CUPEL_EXTERN_GLOBAL,
                wasm_global(w, 'r', true, BYTES(W_REF_FUNC, 1, W_END)));
    wasm_export_func(w, "pass", "ee", "e",
                     BYTES(W_LOCAL_GET, 0, W_LOCAL_GET, 1, W_I32_CONST, 0, W_I32_CONST, 0,
                           W_I32_CONST, 0, W_I32_CONST, 0, W_I32_CONST, 0, W_I32_CONST, 0,
                           W_I32_CONST, 0, W_I32_CONST, 0, W_CALL, 0, W_DROP, W_DROP, W_DROP,
                           W_DROP, W_DROP, W_DROP, W_DROP, W_END));
    wasm_export_func(w, "func", "", "r", BYTES(W_REF_FUNC, 1, W_END));
    const uint8_t *bytes = wasm_finish(w, &len);
    return (wasm_byte_vec_t){len, (char *)(uintptr_t)bytes};
}

static bool list(struct life *l)
{
    wasm_importtype_vec_t imports, more_imports;
    wasm_exporttype_vec_t exports, more_exports;
    wasm_module_imports(l->module, &imports);
    wasm_importtype_vec_copy(&more_imports, &imports);
    wasm_module_exports(l->module, &exports);
    wasm_exporttype_vec_copy(&more_exports, &exports);
    bool ok = worked(l, more_imports.size == 1 && more_exports.size == 5);
    wasm_importtype_vec_delete(&imports);
    wasm_importtype_vec_delete(&more_imports);
    wasm_exporttype_vec_delete(&exports);
    wasm_exporttype_vec_delete(&more_exports);
    return ok;
}

/* Through an image and a shared module. */
static bool remake(struct life *l)
{
    wasm_byte_vec_t image;
    wasm_module_serialize(l->module, &image);
    if (!worked(l, image.size > 0))
        return false;
    wasm_module_t *read = wasm_module_deserialize(l->store, &image);
    wasm_byte_vec_delete(&image);
    wasm_shared_module_t *shared = wasm_module_share(read);
    wasm_module_delete(read);
    wasm_module_t *obtained = wasm_module_obtain(l->store, shared);
    wasm_shared_module_delete(shared);
    wasm_module_delete(obtained);
    return worked(l, obtained != NULL);
}

/* wasm.h has no word for the compilation mode, so the engine within is exchanged. */
static bool make_lazy(struct life *l)
{
    cupel_config_t *config = cupel_config_new();
    if (!worked(l, config != NULL))
        return false;
    cupel_config_set_compilation_mode(config, CUPEL_COMPILE_LAZY);
    cupel_engine_t *engine = cupel_engine_new_with_config(config);
    if (!worked(l, engine != NULL))
        return false;
    cupel_engine_delete(l->engine->engine);
    l->engine->engine = engine;
    return true;
}

static bool begin(struct life *l)
{
    l->engine = wasm_engine_new();
    if (!worked(l, l->engine != NULL) || (l->lazy && !make_lazy(l)))
        return false;
    l->store = wasm_store_new(l->engine);
    if (!worked(l, l->store != NULL))
        return false;
    bool valid = wasm_module_validate(l->store, &l->binary);
    l->module = wasm_module_new(l->store, &l->binary);
    /* An image is made of a module that is compiled to its end. */
    return worked(l, valid && l->module) && list(l) && (l->lazy || remake(l));
}

/* Types for functions are made of parts that cannot fail, in vectors that can. */
static wasm_functype_t *host_type(void)
{
    wasm_valtype_vec_t params, results;
    wasm_valtype_vec_new_uninitialized(&params, 10);
    wasm_valtype_vec_new_uninitialized(&results, 8);
    for (size_t i = 0; i < params.size; i++)
        params.data[i] = i < 2 ? wasm_valtype_new_externref() : wasm_valtype_new_i32();
    for (size_t i = 0; i < results.size; i++)
        results.data[i] = i < 1 ? wasm_valtype_new_externref() : wasm_valtype_new_i32();
    if (params.size && results.size)
        return wasm_functype_new(&params, &results);
    wasm_valtype_vec_delete(&params);
    wasm_valtype_vec_delete(&results);
    return NULL;
}

static bool make_host(struct life *l)
{
    wasm_functype_t *type = host_type(), *copy = wasm_functype_copy(type);
    wasm_functype_delete(type);
    l->made++; /* also if there is no type */
    l->host = wasm_func_new_with_env(l->store, copy, pass_or_trap, &l->finalized, count_run);
    wasm_functype_delete(copy);
    l->foreign = wasm_foreign_new(l->store);
    if (l->foreign) {
        l->made++;
        wasm_foreign_set_host_info_with_finalizer(l->foreign, &l->finalized, count_run);
    }
    type = wasm_func_type(l->host);
    wasm_functype_delete(type);
    return worked(l, type && l->foreign);
}

static bool make_objects(struct life *l)
{
    wasm_globaltype_t *gt = wasm_globaltype_new(wasm_valtype_new_externref(), WASM_VAR);
    wasm_tabletype_t *tt = wasm_tabletype_new(wasm_valtype_new_funcref(), &(wasm_limits_t){1, 9});
    wasm_memorytype_t *mt = wasm_memorytype_new(&(wasm_limits_t){1, 9});
    wasm_val_t value = ref_val(wasm_foreign_as_ref(l->foreign));
    wasm_global_t *global = wasm_global_new(l->store, gt, &value);
    wasm_table_t *table = wasm_table_new(l->store, tt, wasm_func_as_ref(l->host));
    wasm_memory_t *memory = wasm_memory_new(l->store, mt);
    bool ok = worked(l, global && table && memory && wasm_table_grow(table, 5, NULL) &&
                            wasm_memory_grow(memory, 1));
    wasm_globaltype_delete(gt);
    wasm_tabletype_delete(tt);
    wasm_memorytype_delete(mt);
    wasm_global_delete(global);
    wasm_table_delete(table);
    wasm_memory_delete(memory);
    return ok;
}

/* A trap that is about memory, unless it has the text that is expected. */
static bool ended(struct life *l, wasm_trap_t *trap, const char *expected)
{
    wasm_message_t message;
    wasm_frame_vec_t trace, copy;
    if (!trap)
        return worked(l, !expected);
    wasm_trap_message(trap, &message);
    wasm_trap_trace(trap, &trace);
    wasm_frame_vec_copy(&copy, &trace);
    wasm_frame_t *origin = wasm_trap_origin(trap);
    bool is_expected = expected && message.size && strcmp(message.data, expected) == 0;
    if (!is_expected && message.size)
        ck_assert_msg(strstr(message.data, "memory"), "%s", message.data);
    bool ok = worked(l, is_expected && copy.size && origin);
    wasm_frame_delete(origin);
    wasm_frame_vec_delete(&trace);
    wasm_frame_vec_delete(&copy);
    wasm_name_delete(&message);
    wasm_trap_delete(trap);
    return ok;
}

static bool instantiate(struct life *l)
{
    wasm_trap_t *trap;
    wasm_extern_t *array[] = {wasm_func_as_extern(l->host)};
    wasm_extern_vec_t imports = WASM_ARRAY_VEC(array);
    l->instance = wasm_instance_new(l->store, l->module, &imports, &trap);
    ck_assert((l->instance != NULL) == (trap == NULL));
    if (!ended(l, trap, NULL))
        return false;
    wasm_instance_exports(l->instance, &l->exports);
    return worked(l, l->exports.size == 5);
}

static bool call_pass(struct life *l, const wasm_func_t *func, size_t nargs, bool traps)
{
    wasm_val_t a[10] = {ref_val(wasm_foreign_as_ref(l->foreign)),
                        ref_val(traps ? wasm_func_as_ref(l->host) : NULL)};
    wasm_val_t r[8] = {ref_val(NULL)};
    wasm_val_vec_t args = {nargs, a}, results = {8, r};
    for (int i = 2; i < 10; i++)
        a[i] = i32_val(0);
    bool ok = ended(l, wasm_func_call(func, &args, &results), traps ? "on purpose" : NULL);
    if (r[0].of.ref)
        ck_assert(wasm_ref_same(r[0].of.ref, a[0].of.ref));
    wasm_val_delete(&r[0]);
    return ok;
}

static bool call_func(struct life *l)
{
    wasm_val_t r = ref_val(NULL), g;
    wasm_val_vec_t args = WASM_EMPTY_VEC, results = {1, &r};
    wasm_func_t *func = wasm_extern_as_func(l->exports.data[4]);
    bool ok = ended(l, wasm_func_call(func, &args, &results), NULL);
    wasm_global_get(wasm_extern_as_global(l->exports.data[2]), &g);
    ok = worked(l, g.of.ref != NULL) && ok;
    wasm_val_delete(&r);
    wasm_val_delete(&g);
    return ok;
}

static bool use_table(struct life *l)
{
    wasm_table_t *table = wasm_extern_as_table(l->exports.data[0]);
    wasm_tabletype_t *type = wasm_table_type(table);
    wasm_externtype_t *externtype = wasm_extern_type(l->exports.data[1]);
    wasm_ref_t *ref = NULL;
    bool ok = worked(l, wasm_table_set(table, 0, wasm_instance_as_ref(l->instance)) &&
                            (ref = wasm_table_get(table, 0)) && type && externtype);
    ck_assert(!ref || wasm_ref_same(ref, wasm_instance_as_ref(l->instance)));
    wasm_tabletype_delete(type);
    wasm_externtype_delete(externtype);
    wasm_ref_delete(ref);
    return ok;
}

/* Copies of what has no memory of its own to begin with are counted references. */
static bool copy_all(struct life *l)
{
    wasm_val_t array[2] = {ref_val(wasm_foreign_as_ref(l->foreign)), i32_val(3)};
    wasm_val_vec_t vals, more_vals;
    wasm_extern_vec_t externs;
    wasm_externtype_vec_t types, more_types;
    wasm_functype_vec_t functypes, more_functypes;
    wasm_val_copy(&array[0], &array[0]); /* the vector's, whatever becomes of it */
    wasm_val_vec_new(&vals, 2, array);
    wasm_val_vec_copy(&more_vals, &vals);
    wasm_extern_vec_copy(&externs, &l->exports);
    wasm_externtype_vec_new_uninitialized(&types, l->exports.size);
    for (size_t i = 0; i < types.size; i++)
        types.data[i] = wasm_extern_type(l->exports.data[i]);
    wasm_externtype_vec_copy(&more_types, &types);
    wasm_functype_t *functype = wasm_func_type(l->host);
    wasm_functype_vec_new(&functypes, functype ? 1 : 0, &functype);
    wasm_functype_vec_copy(&more_functypes, &functypes);
    wasm_globaltype_t *gt = wasm_global_type(wasm_extern_as_global(l->exports.data[2]));
    wasm_memorytype_t *mt = wasm_memory_type(wasm_extern_as_memory(l->exports.data[1]));
    bool ok = worked(l, more_vals.size == 2 && externs.size == 5 && more_types.size == 5 &&
                            more_functypes.size == 1 && gt && mt);
    wasm_globaltype_delete(gt);
    wasm_memorytype_delete(mt);
    wasm_functype_vec_delete(&functypes);
    wasm_functype_vec_delete(&more_functypes);
    wasm_externtype_vec_delete(&types);
    wasm_externtype_vec_delete(&more_types);
    wasm_extern_vec_delete(&externs);
    wasm_val_vec_delete(&vals);
    wasm_val_vec_delete(&more_vals);
    return ok;
}

static void live(struct life *l)
{
    if (begin(l) && make_host(l) && make_objects(l) && instantiate(l)) {
        const wasm_func_t *pass = wasm_extern_as_func(l->exports.data[3]);
        bool ok = call_pass(l, pass, 2, false) && call_pass(l, l->host, 10, false) &&
                  call_pass(l, pass, 2, true) && call_func(l) && use_table(l) && copy_all(l);
        ck_assert(ok == !l->failed);
    }
    wasm_extern_vec_delete(&l->exports);
    wasm_instance_delete(l->instance);
    wasm_foreign_delete(l->foreign);
    wasm_func_delete(l->host);
    wasm_module_delete(l->module);
    wasm_store_delete(l->store);
    wasm_engine_delete(l->engine);
    ck_assert_int_eq(l->finalized, l->made);
}

START_TEST(every_allocation_fails_once)
{
    struct wasm w;
    wasm_byte_vec_t binary = build(&w);
    for (uint64_t n = 1;; n++) {
        struct life l = {.binary = binary, .lazy = _i == 1};
        mem_fail_at(n);
        live(&l);
        uint64_t count = mem_alloc_count();
        mem_fail_at(0);
        if (count < n) {
            ck_assert(!l.failed);
            ck_assert_uint_gt(n, 100);
            break;
        }
    }
    wasm_fini(&w);
}
END_TEST

void add_capi_oom(TCase *tc)
{
    tcase_add_loop_test(tc, every_allocation_fails_once, 0, 2);
}
#else
void add_capi_oom(TCase *tc)
{
    (void)tc;
}
#endif
