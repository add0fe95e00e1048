/*
 * Modules: made from binaries and images, listed, shared.
 */
#include "tests/engine/capi/capi_tests.h"

static void build(struct setup *s)
{
    wasm_import_func(&s->w, "a", "f", wasm_type(&s->w, "iI", "fF"));
    wasm_import_table(&s->w, "a", "t", 'e', 1, 2);
    wasm_import_memory(&s->w, "", "m", 3, WASM_NO_MAX);
    wasm_import_global(&s->w, "b", "", 'I', true);
    wasm_global(&s->w, 'f', false, BYTES(0x43, 0, 0, 0, 0, W_END));
    wasm_export(&s->w, "global", CUPEL_EXTERN_GLOBAL, 1);
    wasm_export(&s->w, "", CUPEL_EXTERN_TABLE, 0);
    wasm_export(&s->w, "memory", CUPEL_EXTERN_MEMORY, 0);
    wasm_export_func(&s->w, "func", "r", "", BYTES(W_END));
}

static void check_limits(const wasm_limits_t *limits, uint32_t min, uint32_t max)
{
    ck_assert_uint_eq(limits->min, min);
    ck_assert_uint_eq(limits->max, max);
}

static void check_imports(const wasm_module_t *module)
{
    static const char *const names[][2] = {{"a", "f"}, {"a", "t"}, {"", "m"}, {"b", ""}};
    wasm_importtype_vec_t imports;
    wasm_module_imports(module, &imports);
    ck_assert_uint_eq(imports.size, 4);
    const wasm_externtype_t *types[4];
    for (int i = 0; i < 4; i++) {
        ck_assert(is_name(wasm_importtype_module(imports.data[i]), names[i][0]));
        ck_assert(is_name(wasm_importtype_name(imports.data[i]), names[i][1]));
        types[i] = wasm_importtype_type(imports.data[i]);
    }
    const wasm_functype_t *func = wasm_externtype_as_functype_const(types[0]);
    const wasm_valtype_vec_t *params = wasm_functype_params(func),
                             *results = wasm_functype_results(func);
    ck_assert(params->size == 2 && results->size == 2);
    ck_assert_uint_eq(wasm_valtype_kind(params->data[1]), WASM_I64);
    ck_assert_uint_eq(wasm_valtype_kind(results->data[0]), WASM_F32);
    const wasm_tabletype_t *table = wasm_externtype_as_tabletype_const(types[1]);
    ck_assert_uint_eq(wasm_valtype_kind(wasm_tabletype_element(table)), WASM_EXTERNREF);
    check_limits(wasm_tabletype_limits(table), 1, 2);
    check_limits(wasm_memorytype_limits(wasm_externtype_as_memorytype_const(types[2])), 3,
                 wasm_limits_max_default);
    const wasm_globaltype_t *global = wasm_externtype_as_globaltype_const(types[3]);
    ck_assert_uint_eq(wasm_valtype_kind(wasm_globaltype_content(global)), WASM_I64);
    ck_assert_uint_eq(wasm_globaltype_mutability(global), WASM_VAR);
    wasm_importtype_vec_delete(&imports);
}

static void check_exports(const wasm_module_t *module)
{
    static const char *const names[] = {"global", "", "memory", "func"};
    static const wasm_externkind_t kinds[] = {WASM_EXTERN_GLOBAL, WASM_EXTERN_TABLE,
                                              WASM_EXTERN_MEMORY, WASM_EXTERN_FUNC};
    wasm_exporttype_vec_t exports;
    wasm_module_exports(module, &exports);
    ck_assert_uint_eq(exports.size, 4);
    for (int i = 0; i < 4; i++) {
        ck_assert(is_name(wasm_exporttype_name(exports.data[i]), names[i]));
        ck_assert_uint_eq(wasm_externtype_kind(wasm_exporttype_type(exports.data[i])), kinds[i]);
    }
    wasm_exporttype_vec_delete(&exports);
}

START_TEST(listed)
{
    struct setup s;
    setup_init(&s);
    build(&s);
    wasm_module_t *module = setup_compile(&s);
    check_imports(module);
    check_exports(module);
    wasm_module_delete(module);
    module = setup_compile(&s); /* of nothing */
    wasm_importtype_vec_t imports;
    wasm_module_imports(module, &imports);
    ck_assert(imports.size == 0 && !imports.data);
    wasm_module_delete(module);
    setup_fini(&s);
}
END_TEST

START_TEST(refused)
{
    struct setup s;
    setup_init(&s);
    wasm_export_func(&s.w, "f", "", "i", BYTES(W_END)); /* without its result */
    wasm_byte_vec_t invalid = setup_binary(&s), malformed, empty = WASM_EMPTY_VEC;
    wasm_name_new_from_string(&malformed, "no module");
    ck_assert(!wasm_module_validate(s.store, &invalid));
    ck_assert_ptr_null(wasm_module_new(s.store, &invalid));
    ck_assert(!wasm_module_validate(s.store, &malformed));
    ck_assert_ptr_null(wasm_module_new(s.store, &malformed));
    ck_assert_ptr_null(wasm_module_new(s.store, &empty));
    ck_assert_ptr_null(wasm_module_new(s.store, NULL));
    ck_assert_ptr_null(wasm_module_new(NULL, &empty));
    ck_assert(!wasm_module_validate(NULL, &empty));
    ck_assert(!wasm_module_validate(s.store, NULL));
    wasm_byte_vec_delete(&invalid);
    wasm_byte_vec_delete(&malformed);
    wasm_importtype_vec_t imports;
    wasm_exporttype_vec_t exports;
    wasm_module_imports(NULL, &imports);
    wasm_module_exports(NULL, &exports);
    ck_assert(imports.size == 0 && exports.size == 0);
    wasm_byte_vec_t good = setup_binary(&s);
    ck_assert(wasm_module_validate(s.store, &good));
    wasm_byte_vec_delete(&good);
    setup_fini(&s);
}
END_TEST

START_TEST(images)
{
    struct setup s, t;
    wasm_byte_vec_t image, nothing;
    setup_init(&s);
    setup_init(&t);
    build(&s);
    wasm_module_t *module = setup_compile(&s);
    wasm_module_serialize(module, &image);
    ck_assert_uint_gt(image.size, 0);
    wasm_module_delete(module);
    module = wasm_module_deserialize(t.store, &image); /* another engine of the same kind */
    ck_assert_ptr_nonnull(module);
    check_imports(module);
    check_exports(module);
    wasm_module_delete(module);
    image.data[image.size / 2] ^= 1;
    ck_assert_ptr_null(wasm_module_deserialize(t.store, &image));
    ck_assert_ptr_null(wasm_module_deserialize(t.store, NULL));
    ck_assert_ptr_null(wasm_module_deserialize(NULL, &image));
    wasm_byte_vec_delete(&image);
    wasm_module_serialize(NULL, &nothing);
    ck_assert(nothing.size == 0 && !nothing.data);
    setup_fini(&s);
    setup_fini(&t);
}
END_TEST

START_TEST(shared)
{
    struct setup s, t;
    setup_init(&s);
    setup_init(&t);
    build(&s);
    wasm_module_t *module = setup_compile(&s);
    wasm_shared_module_t *shared = wasm_module_share(module);
    ck_assert_ptr_nonnull(shared);
    wasm_module_delete(module);
    wasm_store_t *other = wasm_store_new(s.engine);
    module = wasm_module_obtain(other, shared);
    ck_assert_ptr_nonnull(module);
    check_exports(module);
    ck_assert_ptr_null(wasm_module_obtain(t.store, shared)); /* of another engine */
    ck_assert_ptr_null(wasm_module_obtain(NULL, shared));
    ck_assert_ptr_null(wasm_module_obtain(other, NULL));
    ck_assert_ptr_null(wasm_module_share(NULL));
    wasm_shared_module_delete(NULL);
    setup_fini(&s);
    check_imports(module);
    wasm_module_delete(module);
    wasm_store_delete(other);
    wasm_shared_module_delete(shared); /* the last of its engine */
    setup_fini(&t);
}
END_TEST

void add_capi_module(TCase *tc)
{
    tcase_add_test(tc, listed);
    tcase_add_test(tc, refused);
    tcase_add_test(tc, images);
    tcase_add_test(tc, shared);
}
