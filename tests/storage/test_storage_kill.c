/*
 * kill -9 while writing: what was acknowledged is there, what was not is there entirely or not at
 * all.
 *
 * A child process stores and deletes from two threads and reports over a pipe: before a deletion
 * that it is about to, and after each call that it was acknowledged. The parent kills it at some
 * moment, opens what is left and compares. The same database goes through all rounds.
 */
#include "config.h"

#include "storage/db.h"
#include "tests/storage/storage_fixture.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WRITERS = 2, PER_ROUND = 4096, KEEP = 3 };

enum event { STORED = 1, DELETING, DELETED };

struct report {
    enum event event;
    uint64_t number;
    uint64_t version;
};

/* What the parent knows of a module; all zero: nothing acknowledged. */
struct fate {
    enum event event;
    uint64_t version;
};

static int report_to;
static uint64_t first_number;

static uint64_t number_of(size_t writer, uint64_t i)
{
    return first_number + writer * PER_ROUND + i;
}

/* "w0" and "w1": version by version filled by one writer each, over all rounds. */
static void name_of(uint64_t number, char name[8])
{
    snprintf(name, 8, "w%d", (int)(number / PER_ROUND % WRITERS));
}

static void report(enum event event, uint64_t number, uint64_t version)
{
    struct report report;

    memset(&report, 0, sizeof report);
    report.event = event;
    report.number = number;
    report.version = version;
    if (write(report_to, &report, sizeof report) != sizeof report)
        _exit(2);
}

static void store(uint64_t number)
{
    size_t len = sample_len(number) * 16;
    unsigned char *data = malloc(len + 1);
    struct storage_image image = {.key = "k", .key_len = 1, .data = &number, .len = sizeof number};
    struct storage_module_new module = {
        .id = sample_id(number), .data = data, .len = len, .image = &image};
    struct storage_put_result result;
    char name[8];

    name_of(number, name);
    module.name = name;
    sample_fill(number, data, len);
    if (storage_module_put(fixture, &module, &result, NULL) != STORAGE_OK)
        _exit(3);
    report(STORED, number, result.version);
    free(data);
}

static void delete (uint64_t number)
{
    struct storage_id id = sample_id(number);
    struct storage_ref ref = storage_ref_to_id(&id);

    report(DELETING, number, 0);
    if (storage_delete(fixture, &ref, NULL, NULL, NULL) != STORAGE_OK)
        _exit(4);
    report(DELETED, number, 0);
}

static void *write_on(void *writer)
{
    for (uint64_t i = 0; i < PER_ROUND; i++) {
        store(number_of((size_t)writer, i));
        if (i >= KEEP && i % 2)
            delete (number_of((size_t)writer, i - KEEP));
    }
    return NULL;
}

static void child_main(void)
{
    pthread_t threads[WRITERS];

    if (storage_open(fixture_path, NULL, &fixture, NULL) != STORAGE_OK)
        _exit(5);
    for (size_t i = 0; i < WRITERS; i++)
        pthread_create(&threads[i], NULL, write_on, (void *)i);
    for (size_t i = 0; i < WRITERS; i++)
        pthread_join(threads[i], NULL);
    pause();
}

static void note(struct fate *fates, const struct report *report)
{
    struct fate *fate = &fates[report->number];

    fate->event = report->event;
    if (report->event == STORED)
        fate->version = report->version;
}

/*
 * Runs a child and notes what it reports until it is killed: `ms` milliseconds after it is seen at
 * work, or, if `early`, a tenth of that after it started, while it still makes or recovers the
 * database.
 */
static void run_and_kill(int ms, bool early, struct fate *fates)
{
    struct timespec pause = {.tv_nsec = ms * (early ? 100000L : 1000000L)};
    struct report report;
    int pipes[2], end;
    pid_t child;

    ck_assert_int_eq(pipe(pipes), 0);
    child = fork();
    if (child == 0) {
        close(pipes[0]);
        report_to = pipes[1];
        child_main();
        _exit(6);
    }
    close(pipes[1]);
    if (!early && read(pipes[0], &report, sizeof report) == sizeof report)
        note(fates, &report);
    nanosleep(&pause, NULL);
    kill(child, SIGKILL);
    while (read(pipes[0], &report, sizeof report) == sizeof report)
        note(fates, &report);
    close(pipes[0]);
    ck_assert_int_eq(waitpid(child, &end, 0), child);
    ck_assert_msg(WIFSIGNALED(end), "the child gave up with %d", WEXITSTATUS(end));
}

/* Is it there? Then it must be whole: bytes, image and name. */
static bool check_whole(uint64_t number)
{
    struct storage_id id = sample_id(number);
    struct storage_ref ref = storage_ref_to_id(&id);
    struct storage_blob bytes, image;
    struct storage_module module;
    unsigned char *data;
    char name[8];

    if (storage_module_get(fixture, &ref, &module, &fixture_error) == STORAGE_NOT_FOUND)
        return false;
    name_of(number, name);
    ck_assert_uint_eq(module.name_count, 1);
    ck_assert_str_eq(module.names[0].name, name);
    ck_ok(storage_module_bytes(fixture, &id, &bytes, &fixture_error));
    ck_assert_uint_eq(bytes.len, sample_len(number) * 16);
    data = malloc(bytes.len + 1);
    sample_fill(number, data, bytes.len);
    ck_assert_int_eq(memcmp(bytes.data, data, bytes.len), 0);
    ck_ok(storage_image_get(fixture, &id, "k", 1, &image, &fixture_error));
    ck_assert_uint_eq(image.len, sizeof number);
    ck_assert_mem_eq(image.data, &number, sizeof number);
    free(data);
    storage_module_fini(&module);
    storage_blob_fini(&bytes);
    storage_blob_fini(&image);
    return true;
}

static void check_fate(const struct fate *fates, uint64_t number)
{
    const struct fate *fate = &fates[number];
    bool there = check_whole(number);
    char ref[40], name[8];

    if (fate->event == DELETED)
        ck_assert_msg(!there, "%d was deleted and is back", (int)number);
    if (fate->event != STORED)
        return;
    ck_assert_msg(there, "%d was acknowledged and is lost", (int)number);
    name_of(number, name);
    snprintf(ref, sizeof ref, "%s@%d", name, (int)fate->version);
    sample_leads_to(ref, number, fate->version);
}

static void check_database(void)
{
    ck_assert_int_eq(fixture_sql_number(fixture_path, "SELECT count(*) FROM pragma_integrity_check"
                                                      " WHERE integrity_check = 'ok'"),
                     1);
    ck_assert_int_eq(
        fixture_sql_number(fixture_path, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

static int round_count(void)
{
    const char *rounds = getenv("CUPEL_KILL_ROUNDS");

    if (rounds && atoi(rounds) > 0)
        return atoi(rounds);
    return getenv("CUPEL_TEST_QUICK") ? 3 : 30;
}

START_TEST(what_was_acknowledged_is_there)
{
    int rounds = round_count();
    uint64_t total = (uint64_t)rounds * WRITERS * PER_ROUND;
    struct fate *fates = calloc(total, sizeof *fates);
    uint64_t stored = 0, chance = (uint64_t)time(NULL);

    printf("kill -9: %d rounds, seed %llu\n", rounds, (unsigned long long)chance);
    for (int round = 0; round < rounds; round++) {
        uint64_t luck;

        sample_fill(chance + (uint64_t)round, &luck, sizeof luck);
        first_number = (uint64_t)round * WRITERS * PER_ROUND;
        run_and_kill((int)(luck % 100), round % 3 == 0, fates);
        ck_ok(storage_open(fixture_path, NULL, &fixture, &fixture_error));
        for (uint64_t i = 0; i < WRITERS * PER_ROUND; i++)
            check_fate(fates, first_number + i);
        check_database();
        storage_close(fixture);
        fixture = NULL;
    }
    ck_ok(storage_open(fixture_path, NULL, &fixture, &fixture_error));
    for (uint64_t i = 0; i < total; i++) {
        if (fates[i].event)
            check_fate(fates, i);
        stored += fates[i].event != 0;
    }
    printf("kill -9: %llu modules acknowledged\n", (unsigned long long)stored);
    ck_assert_uint_gt(stored, (uint64_t)rounds);
    free(fates);
}
END_TEST

/* kill -9 leaves the page cache behind; for power loss, what counts is that a commit syncs. */
START_TEST(commits_are_synced)
{
    struct connection *connection;
    int64_t synchronous = 0;

    ck_ok(storage_open(fixture_path, NULL, &fixture, &fixture_error));
    ck_ok(db_write_begin(fixture, &connection, &fixture_error));
    ck_ok(connection_number(connection, "PRAGMA synchronous", "ask", &synchronous, &fixture_error));
    ck_ok(db_write_end(fixture, connection, STORAGE_OK, DB_CHANGE_NOTHING, &fixture_error));
    ck_assert_int_eq(synchronous, 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("storage/kill");
    TCase *tcase = tcase_create("kill");

    tcase_add_checked_fixture(tcase, fixture_setup_dir, fixture_teardown);
    tcase_set_timeout(tcase, 30 + round_count() * 10);
    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, what_was_acknowledged_is_there);
    tcase_add_test(tcase, commits_are_synced);
    return fixture_main(suite);
}
