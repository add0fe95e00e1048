/*
 * Memories of the host's and of instances.
 */
#include "tests/engine/capi/capi_tests.h"

static wasm_memory_t *make(struct setup *s, uint32_t min, uint32_t max)
{
    wasm_memorytype_t *type = wasm_memorytype_new(&(wasm_limits_t){min, max});
    wasm_memory_t *memory = wasm_memory_new(s->store, type);
    wasm_memorytype_delete(type);
    return memory;
}

static void check_type(const wasm_memory_t *memory, uint32_t min, uint32_t max)
{
    wasm_memorytype_t *type = wasm_memory_type(memory);
    ck_assert_uint_eq(wasm_memorytype_limits(type)->min, min);
    ck_assert_uint_eq(wasm_memorytype_limits(type)->max, max);
    wasm_memorytype_delete(type);
}

START_TEST(shared_with_an_instance)
{
    struct setup s;
    setup_init(&s);
    wasm_memory_t *memory = make(&s, 1, 3);
    wasm_extern_t *imports[] = {wasm_memory_as_extern(memory)};
    wasm_import_memory(&s.w, "", "", 1, 3);
    wasm_export_func(&s.w, "load", "i", "i", BYTES(W_LOCAL_GET, 0, W_I32_LOAD, 2, 0, W_END));
    wasm_export_func(&s.w, "grow", "i", "i", BYTES(W_LOCAL_GET, 0, W_MEMORY_GROW, 0, W_END));
    wasm_instance_t *instance = setup_instantiate(&s, imports, 1);
    wasm_func_t *load = take_func(instance, 0), *grow = take_func(instance, 1);
    wasm_memory_data(memory)[8] = 42;
    ck_assert_int_eq(call_i32(load, 8), 42);
    wasm_trap_delete(call_trap(load, 1, i32_val(65536)));
    ck_assert_uint_eq(wasm_memory_size(memory), 1);
    check_type(memory, 1, 3);
    ck_assert(wasm_memory_grow(memory, 1));
    ck_assert_int_eq(call_i32(load, 65536), 0);
    ck_assert_int_eq(call_i32(grow, 1), 2);
    ck_assert_uint_eq(wasm_memory_size(memory), 3);
    ck_assert_uint_eq(wasm_memory_data_size(memory), 3 * MEMORY_PAGE_SIZE);
    ck_assert_int_eq(wasm_memory_data(memory)[8], 42);
    check_type(memory, 3, 3);
    ck_assert(!wasm_memory_grow(memory, 1));
    ck_assert(wasm_memory_grow(memory, 0));
    wasm_func_delete(load);
    wasm_func_delete(grow);
    wasm_memory_delete(memory);
    wasm_instance_delete(instance);
    setup_fini(&s);
}
END_TEST

START_TEST(limits)
{
    struct setup s;
    setup_init(&s);
    wasm_memory_t *memory = make(&s, 0, wasm_limits_max_default);
    check_type(memory, 0, wasm_limits_max_default);
    ck_assert_uint_eq(wasm_memory_data_size(memory), 0);
    ck_assert(!wasm_memory_grow(memory, UINT32_MAX));
    wasm_memory_delete(memory);
    ck_assert_ptr_null(make(&s, 2, 1));
    ck_assert_ptr_null(make(&s, 1, 65537));
    ck_assert_ptr_null(wasm_memory_new(s.store, NULL));
    ck_assert_ptr_null(wasm_memory_new(NULL, NULL));
    ck_assert_ptr_null(wasm_memory_type(NULL));
    ck_assert_ptr_null(wasm_memory_data(NULL));
    ck_assert_uint_eq(wasm_memory_data_size(NULL), 0);
    ck_assert_uint_eq(wasm_memory_size(NULL), 0);
    ck_assert(!wasm_memory_grow(NULL, 0));
    setup_fini(&s);
}
END_TEST

/* Limits that do not fit into 32 bits. */
START_TEST(of_64_bits)
{
    static const uint8_t module_bytes[] = {
        0, 'a', 's',  'm',  1,    0,    0,    0, 5, 8, 1, /* a memory */
        5, 1,   0x80, 0x80, 0x80, 0x80, 0x20,             /* of 64 bits, 1 to 2^33 pages */
        7, 5,   1,    1,    'm',  2,    0};
    struct setup s;
    wasm_byte_vec_t binary;
    wasm_exporttype_vec_t exports;
    setup_init(&s);
    wasm_byte_vec_new(&binary, sizeof module_bytes, (const char *)module_bytes);
    wasm_module_t *module = wasm_module_new(s.store, &binary);
    wasm_byte_vec_delete(&binary);
    ck_assert_ptr_nonnull(module);
    wasm_module_exports(module, &exports);
    const wasm_memorytype_t *type =
        wasm_externtype_as_memorytype_const(wasm_exporttype_type(exports.data[0]));
    ck_assert_uint_eq(wasm_memorytype_limits(type)->min, 1);
    ck_assert_uint_eq(wasm_memorytype_limits(type)->max, wasm_limits_max_default);
    wasm_exporttype_vec_delete(&exports);
    wasm_module_delete(module);
    setup_fini(&s);
}
END_TEST

void add_capi_memory(TCase *tc)
{
    tcase_add_test(tc, shared_with_an_instance);
    tcase_add_test(tc, limits);
    tcase_add_test(tc, of_64_bits);
}
