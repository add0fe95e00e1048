/* Keys, what they have used, and what they own. */
#include "config.h"

#include "tests/storage/storage_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct storage_key key_of(const char *id, uint64_t number)
{
    struct storage_key key = {.hash = sample_id(number), .created_ms = 77, .terms = {"{}", 2}};

    snprintf(key.id, sizeof key.id, "%s", id);
    return key;
}

static uint64_t add(const char *id, uint64_t number)
{
    struct storage_key key = key_of(id, number);

    ck_ok(storage_key_add(fixture, &key, &fixture_error));
    return key.number;
}

static uint64_t changes(void)
{
    uint64_t count = 0;

    ck_ok(storage_key_changes(fixture, &count, &fixture_error));
    return count;
}

START_TEST(keeps_keys)
{
    struct storage_keys keys;
    struct storage_key key;
    int i;

    ck_ok(storage_key_list(fixture, &keys, &fixture_error));
    ck_assert_uint_eq(keys.count, 0);
    storage_keys_fini(&keys);
    for (i = 0; i < 40; i++) {
        char id[8];

        snprintf(id, sizeof id, "k%d", i);
        ck_assert_uint_eq(add(id, 100 + (uint64_t)i), (uint64_t)i + 1);
    }
    key = key_of("k3", 999);
    ck_status(storage_key_add(fixture, &key, &fixture_error), STORAGE_CONFLICT);
    ck_error_says("'k3'");
    key = key_of("other", 103); /* the hash of another */
    ck_status(storage_key_add(fixture, &key, &fixture_error), STORAGE_CONFLICT);
    key = key_of("", 1);
    ck_status(storage_key_add(fixture, &key, &fixture_error), STORAGE_BAD_ARGUMENT);
    memset(key.id, 'x', sizeof key.id);
    ck_status(storage_key_add(fixture, &key, &fixture_error), STORAGE_BAD_ARGUMENT);
    fixture_reopen();
    ck_ok(storage_key_list(fixture, &keys, &fixture_error));
    ck_assert_uint_eq(keys.count, 40);
    ck_assert_str_eq(keys.keys[7].id, "k7");
    ck_assert(same_id(keys.keys[7].hash, sample_id(107)));
    ck_assert_int_eq(keys.keys[7].created_ms, 77);
    ck_assert_uint_eq(keys.keys[7].terms.len, 2);
    ck_assert_mem_eq(keys.keys[7].terms.data, "{}", 2);
    storage_keys_fini(&keys);
}
END_TEST

START_TEST(numbers_mean_one_key_for_ever)
{
    ck_assert_uint_eq(add("a", 1), 1);
    ck_ok(storage_key_delete(fixture, "a", &fixture_error));
    ck_assert_uint_eq(add("a", 1), 2);
    ck_status(storage_key_delete(fixture, "b", &fixture_error), STORAGE_NOT_FOUND);
    ck_error_says("no key 'b'");
}
END_TEST

START_TEST(counts_changes)
{
    uint64_t before = changes(), generation = storage_generation(fixture);
    struct storage_key key = key_of("a", 2);

    add("a", 1);
    ck_assert_uint_eq(changes(), before + 1);
    ck_status(storage_key_add(fixture, &key, &fixture_error), STORAGE_CONFLICT);
    ck_status(storage_key_delete(fixture, "b", &fixture_error), STORAGE_NOT_FOUND);
    ck_ok(storage_key_used(fixture, 1, 5, 6, &fixture_error));
    ck_assert_uint_eq(changes(), before + 1);
    ck_ok(storage_key_delete(fixture, "a", &fixture_error));
    ck_assert_uint_eq(changes(), before + 2);
    ck_assert_uint_eq(storage_generation(fixture), generation); /* no reference is affected */
}
END_TEST

START_TEST(keeps_what_was_used)
{
    struct storage_keys keys;

    add("a", 1);
    add("b", 2);
    ck_ok(storage_key_used(fixture, 2, 20000, 123456789012, &fixture_error));
    ck_ok(storage_key_used(fixture, 1, 20000, UINT64_MAX, &fixture_error));
    ck_ok(storage_key_used(fixture, 9, 20000, 1, &fixture_error));
    fixture_reopen();
    ck_ok(storage_key_list(fixture, &keys, &fixture_error));
    ck_assert_uint_eq(keys.keys[0].fuel, INT64_MAX);
    ck_assert_int_eq(keys.keys[1].day, 20000);
    ck_assert_uint_eq(keys.keys[1].fuel, 123456789012);
    storage_keys_fini(&keys);
}
END_TEST

/* ---- what a key owns ------------------------------------------------------------------------- */

static enum storage_status put_owned(uint64_t number, uint64_t owner, uint64_t modules,
                                     uint64_t bytes)
{
    struct storage_module_new module = {.id = sample_id(number),
                                        .len = 1000,
                                        .metadata = "",
                                        .owner = owner,
                                        .owner_max_modules = modules,
                                        .owner_max_bytes = bytes};
    enum storage_status status;
    char data[1000];

    memset(data, (int)number, sizeof data);
    module.data = data;
    status = storage_module_put(fixture, &module, NULL, &fixture_error);
    return status;
}

START_TEST(bounds_what_a_key_stores)
{
    uint64_t a = add("a", 1), b = add("b", 2);
    struct storage_ref ref;

    ck_ok(put_owned(1, a, 2, 0));
    ck_ok(put_owned(2, a, 2, 0));
    ck_status(put_owned(3, a, 2, 0), STORAGE_QUOTA);
    ck_error_says("2 modules");
    ck_status(put_owned(3, a, 0, 2999), STORAGE_QUOTA);
    ck_error_says("3000 bytes, its quota is 2999");
    ck_assert_uint_eq(sample_counts().modules, 2);
    ck_ok(put_owned(1, a, 2, 0)); /* what is there costs nothing */
    ck_ok(put_owned(2, b, 1, 1000));
    ck_ok(put_owned(4, b, 1, 1000));
    ck_status(put_owned(5, b, 1, 0), STORAGE_QUOTA);
    ck_ok(put_owned(6, 0, 1, 1)); /* nobody's */
    ref = storage_ref_to_id(&(struct storage_id){0});
    ref.id = sample_id(1);
    ck_ok(storage_delete(fixture, &ref, NULL, NULL, &fixture_error));
    ck_ok(put_owned(3, a, 2, 3000));
}
END_TEST

START_TEST(modules_outlive_their_key)
{
    uint64_t a = add("a", 1);

    ck_ok(put_owned(1, a, 0, 0));
    ck_ok(storage_key_delete(fixture, "a", &fixture_error));
    ck_assert_uint_eq(sample_counts().modules, 1);
    ck_ok(put_owned(2, a, 1, 2000)); /* of a key that is gone: without limits, as nobody's */
    ck_assert_int_eq(fixture_sql_number(fixture_path, "SELECT count(*) FROM module_owner"), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("storage/keys");
    TCase *tcase = fixture_case(suite, "keys");

    tcase_add_test(tcase, keeps_keys);
    tcase_add_test(tcase, numbers_mean_one_key_for_ever);
    tcase_add_test(tcase, counts_changes);
    tcase_add_test(tcase, keeps_what_was_used);
    tcase_add_test(tcase, bounds_what_a_key_stores);
    tcase_add_test(tcase, modules_outlive_their_key);
    return fixture_main(suite);
}
