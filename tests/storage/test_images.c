/* Images: a cache beside the modules. */
#include "config.h"

#include "tests/storage/storage_fixture.h"

#include <stdio.h>
#include <string.h>

static void put(uint64_t number, const char *key, const char *data)
{
    struct storage_id id = sample_id(number);
    struct storage_image image = {
        .key = key, .key_len = strlen(key), .data = data, .len = strlen(data)};

    ck_ok(storage_image_put(fixture, &id, &image, &fixture_error));
}

static void check(uint64_t number, const char *key, const char *data)
{
    struct storage_id id = sample_id(number);
    struct storage_blob blob;

    ck_ok(storage_image_get(fixture, &id, key, strlen(key), &blob, &fixture_error));
    ck_assert_uint_eq(blob.len, strlen(data));
    ck_assert_mem_eq(blob.data, data, blob.len);
    storage_blob_fini(&blob);
}

static void check_gone(uint64_t number, const char *key)
{
    struct storage_id id = sample_id(number);
    struct storage_blob blob;

    ck_status(storage_image_get(fixture, &id, key, strlen(key), &blob, &fixture_error),
              STORAGE_NOT_FOUND);
    ck_error_says("no image of sha256:");
    storage_blob_fini(&blob);
}

START_TEST(keeps_one_per_module_and_key)
{
    sample_put(1, NULL);
    sample_put(2, NULL);
    put(1, "a", "one");
    put(1, "b", "two");
    put(2, "a", "three");
    fixture_reopen();
    check(1, "a", "one");
    check(1, "b", "two");
    check(2, "a", "three");
    check_gone(2, "b");
    check_gone(3, "a");
    ck_assert_uint_eq(sample_counts().images, 3);
    ck_assert_uint_eq(sample_counts().image_bytes, 11);
}
END_TEST

START_TEST(replaces)
{
    sample_put(1, NULL);
    put(1, "a", "damaged");
    put(1, "a", "good");
    check(1, "a", "good");
    put(1, "a", "");
    check(1, "a", "");
    ck_assert_uint_eq(sample_counts().images, 1);
    ck_assert_uint_eq(sample_counts().image_bytes, 0);
}
END_TEST

START_TEST(is_no_new_generation)
{
    struct storage_id id = sample_id(1);
    uint64_t generation;

    sample_put(1, NULL);
    generation = storage_generation(fixture);
    put(1, "a", "one");
    ck_ok(storage_image_delete(fixture, &id, "a", 1, &fixture_error));
    ck_assert_uint_eq(storage_generation(fixture), generation);
}
END_TEST

START_TEST(deletes)
{
    struct storage_id id = sample_id(1);

    sample_put(1, NULL);
    put(1, "a", "one");
    put(1, "b", "two");
    ck_ok(storage_image_delete(fixture, &id, "a", 1, &fixture_error));
    ck_ok(storage_image_delete(fixture, &id, "a", 1, &fixture_error));
    check_gone(1, "a");
    check(1, "b", "two");
}
END_TEST

START_TEST(needs_a_module_and_a_key)
{
    static const char long_key[513];
    struct storage_id id = sample_id(1);
    struct storage_image image = {.key = "k", .key_len = 1, .data = "x", .len = 1};

    ck_status(storage_image_put(fixture, &id, &image, &fixture_error), STORAGE_NOT_FOUND);
    sample_put(1, NULL);
    image.key_len = 0;
    ck_status(storage_image_put(fixture, &id, &image, &fixture_error), STORAGE_BAD_ARGUMENT);
    image.key = long_key;
    image.key_len = sizeof long_key;
    ck_status(storage_image_put(fixture, &id, &image, &fixture_error), STORAGE_BAD_ARGUMENT);
    image.key_len = sizeof long_key - 1;
    ck_ok(storage_image_put(fixture, &id, &image, &fixture_error));
}
END_TEST

START_TEST(purges_other_keys)
{
    uint64_t purged = 0;
    char key[16];

    sample_put(1, NULL);
    for (int i = 0; i < 100; i++) {
        snprintf(key, sizeof key, "build-%02d", i);
        put(1, key, "old");
    }
    ck_ok(storage_image_purge(fixture, "build-42", 8, &purged, &fixture_error));
    ck_assert_uint_eq(purged, 99);
    check(1, "build-42", "old");
    ck_assert_uint_eq(sample_counts().images, 1);
    ck_ok(storage_image_purge(fixture, "build-42", 8, &purged, &fixture_error));
    ck_assert_uint_eq(purged, 0);
    ck_ok(storage_image_purge(fixture, "new", 3, NULL, &fixture_error));
    ck_assert_uint_eq(sample_counts().images, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("storage/images");
    TCase *tcase = fixture_case(suite, "images");

    tcase_add_test(tcase, keeps_one_per_module_and_key);
    tcase_add_test(tcase, replaces);
    tcase_add_test(tcase, is_no_new_generation);
    tcase_add_test(tcase, deletes);
    tcase_add_test(tcase, needs_a_module_and_a_key);
    tcase_add_test(tcase, purges_other_keys);
    return fixture_main(suite);
}
