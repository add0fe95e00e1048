/* Names point to modules, and count their versions. */
#include "config.h"

#include "tests/storage/storage_fixture.h"

#include <stdio.h>
#include <string.h>

static struct storage_put_result name_put(const char *name, uint64_t number)
{
    struct storage_id id = sample_id(number);
    struct storage_put_result result;

    ck_ok(storage_name_put(fixture, name, &id, 5, NULL, &result, &fixture_error));
    return result;
}

START_TEST(counts_versions)
{
    struct storage_put_result result;

    result = sample_put(1, "math");
    ck_assert(result.name_created && result.version_created);
    ck_assert_uint_eq(result.version, 1);
    result = sample_put(2, "math");
    ck_assert(!result.name_created && result.version_created);
    ck_assert_uint_eq(result.version, 2);
    sample_leads_to("math", 2, 2);
    sample_leads_to("math@1", 1, 1);
    sample_leads_to("math@2", 2, 2);
    /* Back to the first content is a third version, not the first again. */
    ck_assert_uint_eq(name_put("math", 1).version, 3);
    sample_leads_to("math", 1, 3);
    fixture_reopen();
    sample_leads_to("math", 1, 3);
    sample_leads_to("math@2", 2, 2);
}
END_TEST

START_TEST(knows_what_it_already_points_to)
{
    uint64_t generation;
    struct storage_put_result result;

    sample_put(1, "math");
    generation = storage_generation(fixture);
    result = name_put("math", 1);
    ck_assert(!result.version_created && !result.name_created);
    ck_assert_uint_eq(result.version, 1);
    result = sample_put(1, "math");
    ck_assert(!result.version_created && !result.module_created);
    ck_assert_uint_eq(result.version, 1);
    ck_assert_uint_eq(storage_generation(fixture), generation);
    ck_assert_uint_eq(sample_counts().versions, 1);
}
END_TEST

START_TEST(moves_the_generation)
{
    uint64_t generation = storage_generation(fixture);

    sample_put(1, NULL);
    ck_assert_uint_gt(storage_generation(fixture), generation);
    generation = storage_generation(fixture);
    name_put("math", 1);
    ck_assert_uint_gt(storage_generation(fixture), generation);
}
END_TEST

START_TEST(needs_a_module_and_a_name)
{
    struct storage_id id = sample_id(1);
    struct storage_put_result result;

    ck_status(storage_name_put(fixture, "math", &id, 0, NULL, &result, &fixture_error),
              STORAGE_NOT_FOUND);
    ck_error_says("no module sha256:");
    sample_put(1, NULL);
    ck_status(storage_name_put(fixture, "m@1", &id, 0, NULL, &result, &fixture_error),
              STORAGE_BAD_ARGUMENT);
    ck_assert_uint_eq(sample_counts().names, 0);
}
END_TEST

START_TEST(says_which_part_is_missing)
{
    sample_put(1, "math");
    ck_status(sample_resolve("maths", NULL), STORAGE_NOT_FOUND);
    ck_error_says("no module has the name 'maths'");
    ck_status(sample_resolve("maths@1", NULL), STORAGE_NOT_FOUND);
    ck_error_says("no module has the name 'maths'");
    ck_status(sample_resolve("math@2", NULL), STORAGE_NOT_FOUND);
    ck_error_says("'math' has no version 2, its newest is 1");
}
END_TEST

/* How a condition and the state of 'math' combine; -1: CONFLICT, else the version afterwards. */
static const struct {
    enum storage_match_kind kind;
    bool there;  /* math@1 -> sample 1 */
    uint64_t id; /* the condition's */
    int version;
} conditions[] = {
    {STORAGE_MATCH_ALWAYS, false, 0, 1},  {STORAGE_MATCH_ALWAYS, true, 0, 2},
    {STORAGE_MATCH_EXISTS, false, 0, -1}, {STORAGE_MATCH_EXISTS, true, 0, 2},
    {STORAGE_MATCH_ABSENT, false, 0, 1},  {STORAGE_MATCH_ABSENT, true, 0, -1},
    {STORAGE_MATCH_IDS, false, 1, -1},    {STORAGE_MATCH_IDS, true, 1, 2},
    {STORAGE_MATCH_IDS, true, 2, -1},
};

START_TEST(obeys_conditions)
{
    struct storage_id ids[2] = {sample_id(99), sample_id(conditions[_i].id)};
    struct storage_match match = {.kind = conditions[_i].kind, .ids = ids, .id_count = 2};
    struct storage_id id = sample_id(2);
    struct storage_put_result result;
    enum storage_status status;

    sample_put(2, NULL);
    if (conditions[_i].there)
        sample_put(1, "math");
    status = storage_name_put(fixture, "math", &id, 0, &match, &result, &fixture_error);
    if (conditions[_i].version < 0) {
        ck_status(status, STORAGE_CONFLICT);
        ck_error_says(conditions[_i].there ? "sha256:" : "nothing yet");
        ck_assert(!result.version_created);
        ck_assert_uint_eq(sample_counts().versions, conditions[_i].there ? 1 : 0);
    } else {
        ck_status(status, STORAGE_OK);
        ck_assert_uint_eq(result.version, (uint64_t)conditions[_i].version);
    }
}
END_TEST

START_TEST(lists_names_of_a_module)
{
    static const struct {
        const char *name;
        uint64_t version;
        bool current;
    } expected[] = {{"alpha", 1, true}, {"math", 1, false}, {"math", 3, true}, {"zeta", 1, false}};
    struct storage_ref ref = sample_ref("math@1");
    struct storage_module module;

    sample_put(1, "zeta");
    sample_put(1, "math");
    sample_put(2, "math");
    sample_put(2, "zeta");
    name_put("math", 1);
    name_put("alpha", 1);
    ck_ok(storage_module_get(fixture, &ref, &module, &fixture_error));
    ck_assert_uint_eq(module.version, 1);
    ck_assert_uint_eq(module.name_count, 4);
    for (size_t i = 0; i < module.name_count; i++) {
        ck_assert_str_eq(module.names[i].name, expected[i].name);
        ck_assert_uint_eq(module.names[i].version, expected[i].version);
        ck_assert_int_eq(module.names[i].current, expected[i].current);
    }
    ck_assert_int_eq(module.names[0].created_ms, 5);
    ck_assert_int_eq(module.names[1].created_ms, 1);
    storage_module_fini(&module);
}
END_TEST

START_TEST(has_room_for_many_versions)
{
    struct storage_ref ref = sample_ref("even");
    struct storage_module module;

    sample_put(1, NULL);
    sample_put(2, NULL);
    for (uint64_t i = 1; i <= 100; i++)
        ck_assert_uint_eq(name_put("even", 1 + i % 2).version, i);
    ck_ok(storage_module_get(fixture, &ref, &module, &fixture_error));
    ck_assert_uint_eq(module.name_count, 50);
    ck_assert_uint_eq(module.names[49].version, 100);
    storage_module_fini(&module);
    ck_assert_uint_eq(sample_counts().versions, 100);
    ck_assert_uint_eq(sample_counts().names, 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("storage/versions");
    TCase *tcase = fixture_case(suite, "versions");

    tcase_add_test(tcase, counts_versions);
    tcase_add_test(tcase, knows_what_it_already_points_to);
    tcase_add_test(tcase, moves_the_generation);
    tcase_add_test(tcase, needs_a_module_and_a_name);
    tcase_add_test(tcase, says_which_part_is_missing);
    tcase_add_loop_test(tcase, obeys_conditions, 0, sizeof conditions / sizeof *conditions);
    tcase_add_test(tcase, lists_names_of_a_module);
    tcase_add_test(tcase, has_room_for_many_versions);
    return fixture_main(suite);
}
