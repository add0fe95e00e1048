/*
 * Allocation N fails, for every N: the answer is NOMEM or success, nothing half-done is visible,
 * and the handle works on. All memory of storage comes from SQLite's allocator, which takes a
 * replacement.
 */
#include "config.h"

#include "tests/storage/storage_fixture.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sqlite3_mem_methods real;
static long until_failure; /* allocations left, -1: never fails */
static bool keeps_failing; /* all after it fail too */
static bool failed;

static bool fails(void)
{
    if (until_failure < 0)
        return false;
    if (until_failure > 0) {
        until_failure--;
        return false;
    }
    failed = true;
    if (!keeps_failing)
        until_failure = -1;
    return true;
}

static void *failing_malloc(int size)
{
    return fails() ? NULL : real.xMalloc(size);
}

static void *failing_realloc(void *old, int size)
{
    return fails() ? NULL : real.xRealloc(old, size);
}

static void install(void)
{
    sqlite3_mem_methods replaced;

    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real);
    replaced = real;
    replaced.xMalloc = failing_malloc;
    replaced.xRealloc = failing_realloc;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &replaced);
    until_failure = -1;
}

static void check_status(enum storage_status status, const char *call)
{
    if (status == STORAGE_OK)
        return;
    ck_assert_msg(status == STORAGE_NOMEM, "%s: %s: %s", call, storage_status_name(status),
                  fixture_error.text);
    ck_assert_msg(failed, "%s: NOMEM, but nothing failed: %s", call, fixture_error.text);
    ck_assert(fixture_error.text[0] != '\0');
}

#define check(call) check_status(call, #call)

static struct storage_module_new new_module(const struct storage_image *image)
{
    return (struct storage_module_new){.id = sample_id(9),
                                       .data = "abc",
                                       .len = 3,
                                       .metadata = "{}",
                                       .metadata_len = 2,
                                       .name = "name",
                                       .image = image};
}

static void try_put(void)
{
    struct storage_image image = {.key = "k", .key_len = 1, .data = "x", .len = 1};
    struct storage_module_new module = new_module(&image);
    struct storage_put_result result;

    check(storage_module_put(fixture, &module, &result, &fixture_error));
}

static void try_delete(void)
{
    struct storage_ref ref;
    struct storage_removed removed;

    check(storage_ref_parse("name", &ref, &fixture_error));
    check(storage_delete(fixture, &ref, NULL, &removed, &fixture_error));
    storage_removed_fini(&removed);
}

static void try_read(void)
{
    struct storage_id id = sample_id(9);
    struct storage_module module;
    struct storage_blob blob;
    struct storage_ref ref;

    check(storage_ref_parse("name@1", &ref, &fixture_error));
    check(storage_module_get(fixture, &ref, &module, &fixture_error));
    storage_module_fini(&module);
    check(storage_module_bytes(fixture, &id, &blob, &fixture_error));
    storage_blob_fini(&blob);
    check(storage_image_get(fixture, &id, "k", 1, &blob, &fixture_error));
    storage_blob_fini(&blob);
}

static void try_list(void)
{
    struct storage_counts counts;
    struct storage_page page;

    check(storage_module_list(fixture, 10, NULL, &page, &fixture_error));
    storage_page_fini(&page);
    check(storage_count(fixture, &counts, &fixture_error));
    check(storage_ping(fixture, &fixture_error));
}

static void try_purge(void)
{
    struct storage_id id = sample_id(9);

    check(storage_image_purge(fixture, "other", 5, NULL, &fixture_error));
    check(storage_image_delete(fixture, &id, "k", 1, &fixture_error));
    check(storage_module_describe(fixture, &id, "x", 1, &fixture_error));
    check(storage_name_put(fixture, "second", &id, 0, NULL, NULL, &fixture_error));
}

static void try_keys(void)
{
    struct storage_key key = {.id = "k", .hash = sample_id(3), .terms = {"{}", 2}};
    struct storage_keys keys;
    enum storage_status added = storage_key_add(fixture, &key, &fixture_error);
    uint64_t changes;

    check(added);
    check(storage_key_list(fixture, &keys, &fixture_error));
    storage_keys_fini(&keys);
    check(storage_key_used(fixture, 1, 2, 3, &fixture_error));
    check(storage_key_changes(fixture, &changes, &fixture_error));
    if (added == STORAGE_OK)
        check(storage_key_delete(fixture, "k", &fixture_error));
}

static const struct {
    void (*run)(void);
    bool there; /* name@1 -> sample 9 before it */
} calls[] = {{try_put, false}, {try_delete, true}, {try_read, true},
             {try_list, true}, {try_purge, true},  {try_keys, false}};

/* The module is there with its name, bytes and image, or there is nothing. */
static void check_whole(void)
{
    int64_t modules = (int64_t)sample_counts().modules;

    ck_assert_int_le(modules, 1);
    ck_assert_int_eq(fixture_sql_number(fixture_path, "SELECT count(*) FROM module_bytes"),
                     modules);
    if (modules)
        sample_leads_to("name", 9, 1);
    else
        ck_assert_uint_eq(sample_counts().versions + sample_counts().images, 0);
}

/* A new handle each time, because a used one has its statements prepared. */
static void prepare(bool there)
{
    struct storage_image image = {.key = "k", .key_len = 1, .data = "x", .len = 1};
    struct storage_module_new module = new_module(&image);
    struct storage_options options = {.readers = 1};

    storage_close(fixture);
    fixture = NULL;
    fixture_sql(fixture_path, "DELETE FROM version; DELETE FROM image; DELETE FROM module_bytes;"
                              "DELETE FROM module; DELETE FROM name; DELETE FROM api_key;");
    ck_ok(storage_open(fixture_path, &options, &fixture, &fixture_error));
    if (!there)
        return;
    ck_ok(storage_module_put(fixture, &module, NULL, &fixture_error));
    storage_close(fixture);
    ck_ok(storage_open(fixture_path, &options, &fixture, &fixture_error));
}

/* Every allocation takes a minute: `make check-oom` does, `make check` takes samples. */
static long step(void)
{
#ifdef CUPEL_FAULT_INJECTION
    return 1;
#else
    return getenv("CUPEL_TEST_QUICK") ? 97 : 11;
#endif
}

START_TEST(calls_answer_and_the_handle_works_on)
{
    long n = 0;

    do {
        prepare(calls[_i / 2].there);
        failed = false;
        keeps_failing = _i % 2;
        until_failure = n;
        calls[_i / 2].run();
        until_failure = -1;
        check_whole();
        sample_put(1, NULL);
        sample_check(fixture, 1);
        n += step();
    } while (failed);
    ck_assert_int_gt(n, 2);
}
END_TEST

START_TEST(opening_answers)
{
    long n = 0;

    do {
        storage_close(fixture);
        fixture = NULL;
        if (_i / 2)
            remove(fixture_path);
        failed = false;
        keeps_failing = _i % 2;
        until_failure = n;
        check(storage_open(fixture_path, NULL, &fixture, &fixture_error));
        until_failure = -1;
        ck_assert(fixture || failed);
        n += step();
    } while (failed);
    sample_put(1, NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("storage/oom");
    TCase *tcase = fixture_case(suite, "oom");

    install();
    tcase_set_timeout(tcase, 300);
    tcase_add_loop_test(tcase, calls_answer_and_the_handle_works_on, 0,
                        2 * sizeof calls / sizeof *calls);
    tcase_add_loop_test(tcase, opening_answers, 0, 4);
    return fixture_main(suite);
}
