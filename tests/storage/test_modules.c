/* Modules by content: stored once, found again, with or without a name and an image in one go. */
#include "config.h"

#include "tests/storage/storage_fixture.h"

#include <stdlib.h>
#include <string.h>

START_TEST(stores_and_finds)
{
    struct storage_put_result result = sample_put(1, NULL);

    ck_assert(result.module_created);
    ck_assert(!result.version_created && !result.name_created);
    ck_assert_uint_eq(result.version, 0);
    sample_check(fixture, 1);
    fixture_reopen();
    sample_check(fixture, 1);
}
END_TEST

START_TEST(says_what_is_not_there)
{
    struct storage_id id = sample_id(1);
    struct storage_module module;
    struct storage_blob blob;
    struct storage_ref ref = storage_ref_to_id(&id);

    ck_status(storage_module_bytes(fixture, &id, &blob, &fixture_error), STORAGE_NOT_FOUND);
    ck_error_says("no module sha256:");
    ck_assert_ptr_null(blob.data);
    ck_status(storage_module_get(fixture, &ref, &module, &fixture_error), STORAGE_NOT_FOUND);
    storage_module_fini(&module);
    storage_blob_fini(&blob);
    ck_status(storage_module_describe(fixture, &id, "x", 1, &fixture_error), STORAGE_NOT_FOUND);
}
END_TEST

START_TEST(stores_the_same_once)
{
    struct storage_counts counts;
    uint64_t generation;

    ck_assert(sample_put(1, NULL).module_created);
    generation = storage_generation(fixture);
    ck_assert(!sample_put(1, NULL).module_created);
    ck_assert_uint_eq(storage_generation(fixture), generation);
    counts = sample_counts();
    ck_assert_uint_eq(counts.modules, 1);
    ck_assert_uint_eq(counts.module_bytes, sample_len(1));
}
END_TEST

START_TEST(keeps_the_first_metadata)
{
    struct storage_module_new new = {.id = sample_id(7), .data = "abc", .len = 3, .created_ms = 42};
    struct storage_ref ref = storage_ref_to_id(&new.id);
    struct storage_module module;

    new.metadata = "{\"a\":1}";
    new.metadata_len = 7;
    ck_ok(storage_module_put(fixture, &new, NULL, &fixture_error));
    new.metadata = "other";
    new.metadata_len = 5;
    new.created_ms = 99;
    ck_ok(storage_module_put(fixture, &new, NULL, &fixture_error));
    ck_ok(storage_module_get(fixture, &ref, &module, &fixture_error));
    ck_assert(same_id(module.id, new.id));
    ck_assert_uint_eq(module.len, 3);
    ck_assert_int_eq(module.created_ms, 42);
    ck_assert_uint_eq(module.metadata.len, 7);
    ck_assert_mem_eq(module.metadata.data, "{\"a\":1}", 7);
    ck_assert_uint_eq(module.name_count, 0);
    storage_module_fini(&module);

    ck_ok(storage_module_describe(fixture, &new.id, "newer", 5, &fixture_error));
    ck_ok(storage_module_get(fixture, &ref, &module, &fixture_error));
    ck_assert_uint_eq(module.metadata.len, 5);
    ck_assert_mem_eq(module.metadata.data, "newer", 5);
    ck_assert_int_eq(module.created_ms, 42);
    storage_module_fini(&module);
}
END_TEST

START_TEST(takes_nothing_as_bytes)
{
    struct storage_module_new new = {.id = sample_id(7)};
    struct storage_ref ref = storage_ref_to_id(&new.id);
    struct storage_module module;
    struct storage_blob blob;

    ck_ok(storage_module_put(fixture, &new, NULL, &fixture_error));
    ck_ok(storage_module_bytes(fixture, &new.id, &blob, &fixture_error));
    ck_assert_ptr_nonnull(blob.data);
    ck_assert_uint_eq(blob.len, 0);
    storage_blob_fini(&blob);
    ck_ok(storage_module_get(fixture, &ref, &module, &fixture_error));
    ck_assert_ptr_nonnull(module.metadata.data);
    storage_module_fini(&module);
}
END_TEST

START_TEST(refuses_an_id_with_other_bytes)
{
    struct storage_module_new new = {.id = sample_id(1), .data = "abc", .len = 3};

    new.len = sample_len(1) == 3 ? 2 : 3;
    sample_put(1, NULL);
    ck_status(storage_module_put(fixture, &new, NULL, &fixture_error), STORAGE_BAD_ARGUMENT);
    sample_check(fixture, 1);
}
END_TEST

START_TEST(stores_name_and_image_along)
{
    struct storage_image image = {.key = "k", .key_len = 1, .data = "image", .len = 5};
    struct storage_module_new new = {
        .id = sample_id(7), .data = "abc", .len = 3, .name = "math", .image = &image};
    struct storage_ref ref = sample_ref("math");
    struct storage_put_result result;
    struct storage_module module;
    struct storage_blob blob;

    ck_ok(storage_module_put(fixture, &new, &result, &fixture_error));
    ck_assert(result.module_created && result.version_created && result.name_created);
    ck_assert_uint_eq(result.version, 1);
    ck_ok(storage_image_get(fixture, &new.id, "k", 1, &blob, &fixture_error));
    ck_assert_mem_eq(blob.data, "image", 5);
    storage_blob_fini(&blob);
    ck_ok(storage_module_get(fixture, &ref, &module, &fixture_error));
    ck_assert_uint_eq(module.version, 1);
    ck_assert_uint_eq(module.image_bytes, 5);
    ck_assert_uint_eq(module.name_count, 1);
    ck_assert_str_eq(module.names[0].name, "math");
    ck_assert(module.names[0].current);
    storage_module_fini(&module);
}
END_TEST

/* A failure in the last step takes the first ones back. */
START_TEST(stores_all_or_nothing)
{
    struct storage_image image = {.key = "", .key_len = 0, .data = "image", .len = 5};
    struct storage_match match = {.kind = STORAGE_MATCH_EXISTS};
    struct storage_module_new new = {
        .id = sample_id(7), .data = "abc", .len = 3, .name = "math", .match = &match};
    uint64_t generation = storage_generation(fixture);
    struct storage_put_result result;

    ck_status(storage_module_put(fixture, &new, &result, &fixture_error), STORAGE_CONFLICT);
    ck_assert(!result.module_created);
    ck_assert_uint_eq(sample_counts().modules, 0);
    new.match = NULL;
    new.image = &image;
    ck_status(storage_module_put(fixture, &new, &result, &fixture_error), STORAGE_BAD_ARGUMENT);
    new.image = NULL;
    new.name = "Math";
    ck_status(storage_module_put(fixture, &new, &result, &fixture_error), STORAGE_BAD_ARGUMENT);
    new.name = NULL;
    new.match = &match;
    ck_status(storage_module_put(fixture, &new, &result, &fixture_error), STORAGE_BAD_ARGUMENT);
    ck_assert_uint_eq(sample_counts().modules, 0);
    ck_assert_uint_eq(storage_generation(fixture), generation);
}
END_TEST

START_TEST(keeps_large_ones)
{
    size_t len = (size_t)(getenv("CUPEL_TEST_QUICK") ? 4 : 80) << 20;
    struct storage_module_new new = {.id = sample_id(7), .len = len};
    struct storage_blob blob;
    char *data = malloc(len);

    sample_fill(7, data, len);
    new.data = data;
    ck_ok(storage_module_put(fixture, &new, NULL, &fixture_error));
    fixture_reopen();
    ck_ok(storage_module_bytes(fixture, &new.id, &blob, &fixture_error));
    ck_assert_uint_eq(blob.len, len);
    ck_assert_int_eq(memcmp(blob.data, data, len), 0);
    storage_blob_fini(&blob);
    free(data);
}
END_TEST

START_TEST(refuses_too_large_ones)
{
    struct storage_module_new new = {.id = sample_id(7), .data = "abc", .len = (size_t)1 << 40};

    ck_status(storage_module_put(fixture, &new, NULL, &fixture_error), STORAGE_BAD_ARGUMENT);
    ck_error_says("too big");
    sample_put(1, NULL);
    sample_check(fixture, 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("storage/modules");
    TCase *tcase = fixture_case(suite, "modules");

    tcase_add_test(tcase, stores_and_finds);
    tcase_add_test(tcase, says_what_is_not_there);
    tcase_add_test(tcase, stores_the_same_once);
    tcase_add_test(tcase, keeps_the_first_metadata);
    tcase_add_test(tcase, takes_nothing_as_bytes);
    tcase_add_test(tcase, refuses_an_id_with_other_bytes);
    tcase_add_test(tcase, stores_name_and_image_along);
    tcase_add_test(tcase, stores_all_or_nothing);
    tcase_add_test(tcase, keeps_large_ones);
    tcase_add_test(tcase, refuses_too_large_ones);
    return fixture_main(suite);
}
