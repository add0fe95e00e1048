/* Deleting by id, by name and by version, and what goes along. */
#include "config.h"

#include "tests/storage/storage_fixture.h"

#include <stdlib.h>
#include <string.h>

/* Deletes, and checks that the modules removed are those of `expected`, ended by 0. */
static void delete (const char *text, const uint64_t *expected)
{
    struct storage_ref ref = sample_ref(text);
    struct storage_removed removed;
    size_t count = 0;

    ck_ok(storage_delete(fixture, &ref, NULL, &removed, &fixture_error));
    for (; expected[count]; count++) {
        bool found = false;

        for (size_t i = 0; i < removed.count; i++)
            found |= same_id(removed.ids[i], sample_id(expected[count]));
        ck_assert_msg(found, "sample %d should have gone", (int)expected[count]);
    }
    ck_assert_uint_eq(removed.count, count);
    storage_removed_fini(&removed);
}

#define ck_delete(text, ...) delete (text, (const uint64_t[]){__VA_ARGS__})

static void delete_id(uint64_t number)
{
    struct storage_id id = sample_id(number);
    char text[STORAGE_ID_TEXT_SIZE];

    storage_id_format(&id, text);
    ck_delete(text, number, 0);
}

static bool is_there(uint64_t number)
{
    struct storage_id id = sample_id(number);
    struct storage_ref ref = storage_ref_to_id(&id);
    struct storage_target target;

    return storage_resolve(fixture, &ref, &target, &fixture_error) == STORAGE_OK;
}

static bool leads_nowhere(const char *text)
{
    return sample_resolve(text, NULL) == STORAGE_NOT_FOUND;
}

START_TEST(by_id_takes_all_names_along)
{
    sample_put(1, "math");
    sample_put(2, "math");
    sample_put(1, "math");
    sample_put(1, "other");
    delete_id(1);
    ck_assert(!is_there(1));
    ck_assert(leads_nowhere("math@1"));
    ck_assert(leads_nowhere("math@3"));
    ck_assert(leads_nowhere("other"));
    sample_leads_to("math", 2, 2);
    fixture_reopen();
    ck_assert(!is_there(1));
    sample_leads_to("math", 2, 2);
}
END_TEST

START_TEST(by_name_takes_what_only_it_kept)
{
    sample_put(1, NULL); /* stored on its own before */
    sample_put(1, "math");
    sample_put(2, "math");
    sample_put(3, "math");
    sample_put(3, "other"); /* kept by another name */
    sample_put(4, "math");
    sample_put(4, NULL); /* stored on its own afterwards */
    sample_put(5, "math");
    sample_put(2, "math"); /* twice in the same name */
    ck_delete("math", 2, 5, 0);
    ck_assert(leads_nowhere("math"));
    ck_assert(leads_nowhere("math@1"));
    ck_assert(is_there(1) && !is_there(2) && is_there(3) && is_there(4) && !is_there(5));
    sample_leads_to("other", 3, 1);
    ck_delete("other", 3, 0);
    ck_assert_uint_eq(sample_counts().modules, 2);
    ck_assert_uint_eq(sample_counts().names, 0);
}
END_TEST

START_TEST(by_version_takes_that_version)
{
    sample_put(1, "math");
    sample_put(2, "math");
    sample_put(1, "math");
    ck_delete("math@3", 0); /* math@1 keeps sample 1 */
    sample_leads_to("math", 2, 2);
    ck_delete("math@1", 1, 0);
    ck_assert(!is_there(1));
    sample_leads_to("math", 2, 2);
    ck_delete("math@2", 2, 0);
    ck_assert(leads_nowhere("math"));
    ck_assert_uint_eq(sample_counts().modules, 0);
}
END_TEST

START_TEST(never_gives_a_version_again)
{
    sample_put(1, "math");
    sample_put(2, "math");
    ck_delete("math@2", 2, 0);
    ck_assert_uint_eq(sample_put(3, "math").version, 3);
    ck_delete("math", 1, 3, 0);
    fixture_reopen();
    ck_assert_uint_eq(sample_put(1, "math").version, 4);
    ck_assert(leads_nowhere("math@1"));
    delete_id(1);
    ck_assert_uint_eq(sample_put(1, "math").version, 5);
}
END_TEST

START_TEST(a_name_made_again_counts_as_created)
{
    sample_put(1, "math");
    ck_delete("math", 1, 0);
    ck_assert(sample_put(1, "math").name_created);
}
END_TEST

START_TEST(takes_bytes_and_images_along)
{
    struct storage_id id = sample_id(1);
    struct storage_image image = {.key = "k", .key_len = 1, .data = "image", .len = 5};
    struct storage_blob blob;

    sample_put(1, "math");
    ck_ok(storage_image_put(fixture, &id, &image, &fixture_error));
    ck_delete("math", 1, 0);
    ck_status(storage_module_bytes(fixture, &id, &blob, &fixture_error), STORAGE_NOT_FOUND);
    ck_status(storage_image_get(fixture, &id, "k", 1, &blob, &fixture_error), STORAGE_NOT_FOUND);
    ck_assert_int_eq(fixture_sql_number(fixture_path, "SELECT count(*) FROM module_bytes"), 0);
    ck_assert_int_eq(fixture_sql_number(fixture_path, "SELECT count(*) FROM image"), 0);
}
END_TEST

START_TEST(says_what_is_not_there)
{
    struct storage_ref ref = sample_ref("math");
    uint64_t generation = storage_generation(fixture);
    struct storage_removed removed;

    ck_status(storage_delete(fixture, &ref, NULL, &removed, &fixture_error), STORAGE_NOT_FOUND);
    ck_error_says("no module has the name 'math'");
    storage_removed_fini(&removed);
    ck_assert_uint_eq(storage_generation(fixture), generation);
    sample_put(1, "math");
    generation = storage_generation(fixture);
    ck_ok(storage_delete(fixture, &ref, NULL, NULL, NULL));
    ck_assert_uint_gt(storage_generation(fixture), generation);
}
END_TEST

START_TEST(obeys_conditions)
{
    struct storage_ref ref = sample_ref("math");
    struct storage_id id = sample_id(1);
    struct storage_match match = {.kind = STORAGE_MATCH_IDS, .ids = &id, .id_count = 1};

    sample_put(1, "math");
    sample_put(2, "math");
    ck_status(storage_delete(fixture, &ref, &match, NULL, &fixture_error), STORAGE_CONFLICT);
    ck_error_says("'math' points to sha256:");
    sample_leads_to("math@1", 1, 1);
    id = sample_id(2);
    ck_ok(storage_delete(fixture, &ref, &match, NULL, &fixture_error));
    ck_assert(leads_nowhere("math"));
}
END_TEST

START_TEST(removes_many)
{
    struct storage_ref ref = sample_ref("many");
    struct storage_removed removed;

    for (uint64_t i = 1; i <= 50; i++)
        sample_put(i, "many");
    ck_ok(storage_delete(fixture, &ref, NULL, &removed, &fixture_error));
    ck_assert_uint_eq(removed.count, 50);
    storage_removed_fini(&removed);
    ck_assert_uint_eq(sample_counts().modules, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("storage/removal");
    TCase *tcase = fixture_case(suite, "removal");

    tcase_add_test(tcase, by_id_takes_all_names_along);
    tcase_add_test(tcase, by_name_takes_what_only_it_kept);
    tcase_add_test(tcase, by_version_takes_that_version);
    tcase_add_test(tcase, never_gives_a_version_again);
    tcase_add_test(tcase, a_name_made_again_counts_as_created);
    tcase_add_test(tcase, takes_bytes_and_images_along);
    tcase_add_test(tcase, says_what_is_not_there);
    tcase_add_test(tcase, obeys_conditions);
    tcase_add_test(tcase, removes_many);
    return fixture_main(suite);
}
