/* Many threads on one handle: nobody sees half of anything, and a race has one winner. */
#include "config.h"

#include "tests/storage/storage_fixture.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 8 };

static uint64_t module_count = 40;

static atomic_int modules_created, versions_created, failures;
static atomic_bool done;
static pthread_barrier_t start;

static void run(void *(*body)(void *), size_t count)
{
    pthread_t threads[THREADS];

    modules_created = versions_created = failures = 0;
    pthread_barrier_init(&start, NULL, (unsigned)count);
    for (size_t i = 0; i < count; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, body, (void *)i), 0);
    for (size_t i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&start);
    ck_assert_int_eq(failures, 0);
}

/* ck_assert is for the main thread only, so threads count what went wrong. */
static enum storage_status put(uint64_t number, const char *name, struct storage_put_result *result)
{
    unsigned char data[4096];
    struct storage_module_new module = {
        .id = sample_id(number), .data = data, .len = sample_len(number), .name = name};

    sample_fill(number, data, module.len);
    return storage_module_put(fixture, &module, result, NULL);
}

static bool is_complete(uint64_t number)
{
    struct storage_id id = sample_id(number);
    struct storage_blob blob = {0};
    unsigned char data[4096];
    bool complete;

    if (storage_module_bytes(fixture, &id, &blob, NULL) != STORAGE_OK)
        return false;
    sample_fill(number, data, sample_len(number));
    complete = blob.len == sample_len(number) && memcmp(blob.data, data, blob.len) == 0;
    storage_blob_fini(&blob);
    return complete;
}

static void *put_the_same(void *thread)
{
    (void)thread;
    pthread_barrier_wait(&start);
    for (uint64_t i = 0; i < module_count; i++) {
        struct storage_put_result result;

        if (put(i, "race", &result) != STORAGE_OK) {
            failures++;
            continue;
        }
        modules_created += result.module_created;
        versions_created += result.version_created;
        failures += !is_complete(i);
    }
    return NULL;
}

START_TEST(storing_the_same_has_one_winner)
{
    struct storage_target target;

    run(put_the_same, THREADS);
    ck_assert_uint_eq((uint64_t)modules_created, module_count);
    ck_assert_uint_eq(sample_counts().modules, module_count);
    /* How often the name moved depends on luck, but each move was told to one thread. */
    ck_ok(sample_resolve("race", &target));
    ck_assert_uint_eq(target.version, (uint64_t)versions_created);
    ck_assert_uint_eq(sample_counts().versions, (uint64_t)versions_created);
}
END_TEST

static void *claim(void *thread)
{
    struct storage_match match = {.kind = STORAGE_MATCH_ABSENT};
    struct storage_id id = sample_id((uint64_t)thread);
    struct storage_put_result result;
    enum storage_status status;

    pthread_barrier_wait(&start);
    status = storage_name_put(fixture, "claimed", &id, 0, &match, &result, NULL);
    modules_created += status == STORAGE_OK;
    failures += status != STORAGE_OK && status != STORAGE_CONFLICT;
    return NULL;
}

START_TEST(a_condition_has_one_winner)
{
    for (uint64_t i = 0; i < THREADS; i++)
        sample_put(i, NULL);
    run(claim, THREADS);
    ck_assert_int_eq(modules_created, 1);
    ck_assert_uint_eq(sample_counts().versions, 1);
}
END_TEST

/* Thread 0 stores two modules under "flip" and deletes them, the others look on. */
static void flip(void)
{
    struct storage_ref ref;

    (void)(storage_ref_parse("flip", &ref, NULL) == STORAGE_OK);
    for (uint64_t i = 0; i < module_count; i++) {
        failures += put(1, "flip", NULL) != STORAGE_OK;
        failures += put(2, "flip", NULL) != STORAGE_OK;
        failures += storage_delete(fixture, &ref, NULL, NULL, NULL) != STORAGE_OK;
    }
    done = true;
}

static void look(void)
{
    struct storage_ref ref;

    (void)(storage_ref_parse("flip", &ref, NULL) == STORAGE_OK);
    while (!done) {
        struct storage_module module;
        struct storage_page page;
        enum storage_status status = storage_module_get(fixture, &ref, &module, NULL);

        if (status == STORAGE_OK) {
            /* A module found by name says so itself, and has a length: never a half-made state. */
            failures += module.name_count != 1 || !module.names[0].current;
            failures += module.len != sample_len(1) && module.len != sample_len(2);
            storage_module_fini(&module);
        } else {
            failures += status != STORAGE_NOT_FOUND;
        }
        if (storage_module_list(fixture, 10, NULL, &page, NULL) != STORAGE_OK)
            failures++;
        for (size_t i = 0; i < page.count; i++)
            failures += page.modules[i].name_count != 1;
        storage_page_fini(&page);
        failures += storage_ping(fixture, NULL) != STORAGE_OK;
        sched_yield(); /* valgrind runs one thread at a time, and not fairly */
    }
}

static void *flip_or_look(void *thread)
{
    pthread_barrier_wait(&start);
    if (thread)
        look();
    else
        flip();
    return NULL;
}

START_TEST(readers_see_whole_states)
{
    done = false;
    run(flip_or_look, THREADS);
    ck_assert_uint_eq(sample_counts().modules, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("storage/threads");
    TCase *tcase = fixture_case(suite, "threads");

    if (getenv("CUPEL_TEST_QUICK"))
        module_count = 5;
    tcase_add_test(tcase, storing_the_same_has_one_winner);
    tcase_add_test(tcase, a_condition_has_one_winner);
    tcase_add_test(tcase, readers_see_whole_states);
    return fixture_main(suite);
}
