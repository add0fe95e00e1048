/* Opening, closing, taking turns, and what becomes of a handle whose file fails it. */
#include "config.h"

#include "storage/db.h"
#include "tests/storage/storage_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

static enum storage_status open_with(struct storage_options options)
{
    storage_close(fixture);
    fixture = NULL;
    return storage_open(fixture_path, &options, &fixture, &fixture_error);
}

/* Stores a module of `len` bytes. */
static enum storage_status put(uint64_t number, size_t len)
{
    struct storage_module_new module = {.id = sample_id(number), .len = len};
    enum storage_status status;
    char *data = malloc(len);

    sample_fill(number, data, len);
    module.data = data;
    status = storage_module_put(fixture, &module, NULL, &fixture_error);
    free(data);
    return status;
}

static enum storage_status delete (uint64_t number) {
    struct storage_id id = sample_id(number); struct storage_ref ref = storage_ref_to_id(&id);

    return storage_delete(fixture, &ref, NULL, NULL, &fixture_error);
}

static enum storage_status find(uint64_t number)
{
    struct storage_id id = sample_id(number);
    struct storage_ref ref = storage_ref_to_id(&id);
    struct storage_target target;

    return storage_resolve(fixture, &ref, &target, &fixture_error);
}

START_TEST(opens_and_closes)
{
    ck_ok(storage_ping(fixture, &fixture_error));
    fixture_reopen();
    ck_ok(storage_ping(fixture, &fixture_error));
    storage_close(NULL);
}
END_TEST

START_TEST(folds_the_log_back_on_close)
{
    char log[sizeof fixture_path + 4];

    snprintf(log, sizeof log, "%s-wal", fixture_path);
    sample_put(1, NULL);
    ck_assert_int_eq(access(log, F_OK), 0);
    storage_close(fixture);
    fixture = NULL;
    ck_assert_int_ne(access(log, F_OK), 0);
}
END_TEST

START_TEST(refuses_bad_arguments)
{
    struct storage *other;
    struct storage_options options = {.readers = 65};

    ck_status(storage_open("", NULL, &other, &fixture_error), STORAGE_BAD_ARGUMENT);
    ck_status(storage_open(NULL, NULL, &other, &fixture_error), STORAGE_BAD_ARGUMENT);
    ck_status(storage_open(fixture_path, &options, &other, &fixture_error), STORAGE_BAD_ARGUMENT);
    ck_assert_ptr_null(other);
}
END_TEST

/* SQLite gives these paths meanings of their own. */
START_TEST(takes_paths_literally)
{
    static const char *const names[] = {":memory:", "file:x.db?mode=memory", "a b%20c?.db"};
    int before = open(".", O_RDONLY | O_DIRECTORY);
    struct storage *other;

    ck_assert_int_eq(chdir(fixture_dir), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        ck_ok(storage_open(names[i], NULL, &other, &fixture_error));
        ck_assert_int_eq(access(names[i], F_OK), 0);
        storage_close(other);
    }
    ck_assert_int_eq(fchdir(before), 0);
    close(before);
}
END_TEST

START_TEST(says_why_it_cannot_open)
{
    char path[sizeof fixture_path + 8];
    struct storage *other;

    ck_status(storage_open(fixture_dir, NULL, &other, &fixture_error), STORAGE_IO);
    ck_error_says("cannot open the database in '");
    snprintf(path, sizeof path, "%s/no/x.db", fixture_dir);
    ck_status(storage_open(path, NULL, &other, &fixture_error), STORAGE_IO);
    ck_error_says(path);
    ck_error_says("No such file or directory");
    ck_assert_ptr_null(other);
    ck_status(storage_open(path, NULL, &other, NULL), STORAGE_IO);
}
END_TEST

START_TEST(cuts_a_long_path)
{
    struct storage *other;
    char path[600];

    memset(path, 'x', sizeof path - 1);
    memcpy(path, "/no/", 4);
    path[550] = '/';
    path[sizeof path - 1] = '\0';
    ck_status(storage_open(path, NULL, &other, &fixture_error), STORAGE_IO);
    ck_error_says("in 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx':");
}
END_TEST

START_TEST(counts)
{
    struct storage_counts counts = sample_counts();

    ck_assert_uint_eq(counts.modules + counts.names + counts.versions + counts.images, 0);
    ck_assert_uint_eq(counts.module_bytes + counts.image_bytes, 0);
    sample_put(1, "math");
    sample_put(2, "math");
    sample_put(3, "other");
    counts = sample_counts();
    ck_assert_uint_eq(counts.modules, 3);
    ck_assert_uint_eq(counts.module_bytes, sample_len(1) + sample_len(2) + sample_len(3));
    ck_assert_uint_eq(counts.names, 2);
    ck_assert_uint_eq(counts.versions, 3);
}
END_TEST

START_TEST(reads_only_when_asked_to)
{
    sample_put(1, "math");
    ck_ok(open_with((struct storage_options){.read_only = true}));
    ck_ok(storage_ping(fixture, &fixture_error));
    sample_check(fixture, 1);
    sample_leads_to("math", 1, 1);
    ck_status(put(2, 10), STORAGE_READONLY);
    ck_error_says("opened for reading only");
    ck_status(delete (1), STORAGE_READONLY);
    sample_check(fixture, 1);
    ck_ok(open_with((struct storage_options){0}));
    sample_put(2, NULL);
}
END_TEST

START_TEST(makes_nothing_when_reading_only)
{
    storage_close(fixture);
    fixture = NULL;
    ck_assert_int_eq(unlink(fixture_path), 0);
    ck_status(open_with((struct storage_options){.read_only = true}), STORAGE_IO);
    ck_error_says("No such file or directory");
    ck_assert_int_ne(access(fixture_path, F_OK), 0);
}
END_TEST

/* Opens as somebody who is not root; the status is the exit code. */
static enum storage_status open_as_nobody(void)
{
    struct storage *other;
    pid_t child = fork();
    int end;

    if (child == 0) {
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
            _exit(100);
        end = (int)storage_open(fixture_path, NULL, &other, NULL);
        storage_close(other);
        _exit(end);
    }
    ck_assert_int_eq(waitpid(child, &end, 0), child);
    ck_assert(WIFEXITED(end));
    return (enum storage_status)WEXITSTATUS(end);
}

START_TEST(says_when_it_may_not_write)
{
    storage_close(fixture);
    fixture = NULL;
    ck_assert_int_eq(chmod(fixture_dir, 0777), 0);
    ck_assert_int_eq(chmod(fixture_path, 0444), 0);
    ck_status(open_as_nobody(), STORAGE_READONLY);
    ck_assert_int_eq(chmod(fixture_path, 0666), 0);
    ck_status(open_as_nobody(), STORAGE_OK);
    ck_assert_int_eq(chmod(fixture_dir, 0555), 0);
    ck_status(open_as_nobody(), STORAGE_READONLY);
    ck_assert_int_eq(unlink(fixture_path), 0);
    ck_status(open_as_nobody(), STORAGE_READONLY);
}
END_TEST

START_TEST(waits_for_others_and_gives_up)
{
    sqlite3 *other;

    ck_ok(open_with((struct storage_options){.busy_timeout_ms = 50}));
    sample_put(1, NULL);
    ck_assert_int_eq(sqlite3_open(fixture_path, &other), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    ck_status(put(2, 10), STORAGE_BUSY);
    ck_error_says("cannot start writing in '");
    ck_error_says("database is locked");
    sample_check(fixture, 1); /* reading goes on */
    ck_assert_int_eq(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    ck_ok(put(2, 10));
    sqlite3_close(other);
}
END_TEST

START_TEST(takes_turns)
{
    struct connection *connection, *second;

    ck_ok(open_with((struct storage_options){.busy_timeout_ms = 50, .readers = 1}));
    ck_ok(db_write_begin(fixture, &connection, &fixture_error));
    ck_status(put(1, 10), STORAGE_BUSY);
    ck_error_says("no turn to write came free within 50 ms");
    ck_ok(db_write_end(fixture, connection, STORAGE_OK, DB_CHANGE_NOTHING, &fixture_error));
    ck_ok(put(1, 10));
    ck_ok(db_read_begin(fixture, &connection, &fixture_error));
    ck_status(db_read_begin(fixture, &second, &fixture_error), STORAGE_BUSY);
    ck_error_says("no reader came free within 50 ms");
    ck_ok(put(2, 10));
    db_read_end(fixture, connection);
    ck_ok(find(2));
}
END_TEST

START_TEST(readers_cannot_write)
{
    struct connection *connection;

    ck_ok(put(1, 10));
    ck_ok(db_read_begin(fixture, &connection, &fixture_error));
    ck_status(connection_run(connection, "DELETE FROM module", "try", &fixture_error),
              STORAGE_READONLY);
    db_read_end(fixture, connection);
    ck_ok(find(1));
}
END_TEST

START_TEST(survives_a_full_database)
{
    ck_ok(open_with((struct storage_options){.max_bytes = 400000}));
    ck_ok(put(1, 100000));
    ck_ok(put(2, 100000));
    for (int i = 0; i < 3; i++) {
        uint64_t generation = storage_generation(fixture);

        ck_status(put(3, 300000), STORAGE_FULL);
        ck_error_says("cannot store a module's bytes in '");
        ck_error_says(fixture_path);
        ck_error_says("full");
        ck_status(find(3), STORAGE_NOT_FOUND);
        ck_assert_uint_eq(storage_generation(fixture), generation);
    }
    ck_assert_uint_eq(sample_counts().modules, 2);
    ck_ok(delete (1));
    ck_ok(delete (2));
    ck_ok(put(3, 300000));
}
END_TEST

START_TEST(leaves_room_for_deleting)
{
    struct storage_image image = {.key = "k", .key_len = 1, .data = "x", .len = 1};
    struct storage_id id = sample_id(1);

    ck_ok(put(1, 10));
    ck_ok(put(2, 10));
    ck_ok(open_with((struct storage_options){.min_free_bytes = (uint64_t)1 << 62}));
    ck_status(put(3, 10), STORAGE_FULL);
    ck_error_says("the disk of '");
    ck_error_says("of them to be able to delete");
    ck_status(storage_image_put(fixture, &id, &image, &fixture_error), STORAGE_FULL);
    ck_ok(put(1, 10)); /* is there already */
    ck_ok(delete (1));
    ck_status(find(3), STORAGE_NOT_FOUND);
}
END_TEST

static uint64_t disk_room(void)
{
    struct statvfs info;

    ck_assert_int_eq(statvfs(fixture_dir, &info), 0);
    return (uint64_t)info.f_bavail * info.f_frsize;
}

/* Others use the disk too: what counts is a try during which its room stayed about the same. */
START_TEST(stores_into_the_place_of_what_was_deleted)
{
    enum { MIB = 1 << 20, TRIES = 20 };

    ck_ok(put(1, 32 * MIB));
    ck_ok(delete (1));
    for (int i = 0; i < TRIES; i++) {
        uint64_t room = disk_room(), after;
        enum storage_status with_place, without_place;

        ck_ok(open_with((struct storage_options){.min_free_bytes = room + 8 * MIB}));
        with_place = put(2, MIB);
        ck_ok(open_with((struct storage_options){.min_free_bytes = room + 64 * MIB}));
        without_place = put(3, MIB);
        after = disk_room();
        if (after > room + 4 * MIB || room > after + 4 * MIB)
            continue;
        ck_status(with_place, STORAGE_OK);
        ck_status(without_place, STORAGE_FULL);
        return;
    }
}
END_TEST

/* Limits on the size of files; the second one lies between two frames of the log. */
static const rlim_t file_limits[] = {1 << 20, 32 + 254 * (24 + 4096)};

/* What a child process found with a limit; 0 is good. */
static int fill_the_disk(rlim_t file_limit)
{
    struct rlimit limit = {file_limit, file_limit};
    int full = 0;

    signal(SIGXFSZ, SIG_IGN);
    if (open_with((struct storage_options){0}) != STORAGE_OK || put(1, 100000) != STORAGE_OK)
        return 1;
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        return 2;
    for (int i = 0; i < 3; i++) {
        if (put(2, 4000000) != STORAGE_FULL)
            return 3;
        if (!strstr(fixture_error.text, fixture_path))
            return 4;
        if (find(2) != STORAGE_NOT_FOUND || find(1) != STORAGE_OK)
            return 5;
    }
    if (put(3, 1000) != STORAGE_OK)
        return 6;
    /* Small ones meet the limit only when they commit. */
    for (uint64_t i = 10; i < 100; i++) {
        enum storage_status status = put(i, 20000);

        full += status == STORAGE_FULL;
        if (status != STORAGE_OK && status != STORAGE_FULL)
            return 7;
        if (find(i) != (status == STORAGE_OK ? STORAGE_OK : STORAGE_NOT_FOUND))
            return 8;
    }
    if (full == 0)
        return 9;
    storage_close(fixture);
    return 0;
}

START_TEST(survives_a_full_disk)
{
    pid_t child;
    int end;

    storage_close(fixture);
    fixture = NULL;
    child = fork();
    if (child == 0)
        _exit(fill_the_disk(file_limits[_i]));
    ck_assert_int_eq(waitpid(child, &end, 0), child);
    ck_assert_msg(end == 0, "step %d failed", WEXITSTATUS(end));
    ck_ok(open_with((struct storage_options){0}));
    ck_ok(find(1));
    ck_ok(find(3));
    ck_status(find(2), STORAGE_NOT_FOUND);
    ck_ok(put(2, 4000000));
}
END_TEST

START_TEST(notices_that_the_file_is_gone)
{
    char away[sizeof fixture_path + 8];

    snprintf(away, sizeof away, "%s-away", fixture_path);
    ck_ok(put(1, 10));
    ck_assert_int_eq(rename(fixture_path, away), 0);
    ck_status(put(2, 10), STORAGE_IO);
    ck_error_says("was removed or replaced");
    ck_error_says(fixture_path);
    ck_status(storage_ping(fixture, &fixture_error), STORAGE_IO);
    ck_ok(find(1));
    close(open(fixture_path, O_WRONLY | O_CREAT, 0600));
    ck_status(put(2, 10), STORAGE_IO);
    ck_assert_int_eq(rename(away, fixture_path), 0);
    ck_ok(storage_ping(fixture, &fixture_error));
    ck_ok(put(2, 10));
    ck_ok(find(2));
}
END_TEST

START_TEST(notices_that_the_log_is_gone)
{
    char log[sizeof fixture_path + 4];

    snprintf(log, sizeof log, "%s-wal", fixture_path);
    ck_ok(put(1, 10));
    ck_assert_int_eq(unlink(log), 0);
    ck_status(put(2, 10), STORAGE_IO);
    ck_error_says("or its log was removed");
    ck_status(storage_ping(fixture, &fixture_error), STORAGE_IO);
}
END_TEST

START_TEST(notices_that_the_folder_is_gone)
{
    char away[sizeof fixture_dir + 8];

    snprintf(away, sizeof away, "%s-away", fixture_dir);
    ck_ok(put(1, 10));
    ck_assert_int_eq(rename(fixture_dir, away), 0);
    ck_status(put(2, 10), STORAGE_IO);
    ck_status(storage_ping(fixture, &fixture_error), STORAGE_IO);
    ck_assert_int_eq(rename(away, fixture_dir), 0);
    ck_ok(put(2, 10));
}
END_TEST

START_TEST(notices_a_cut_file)
{
    struct stat info;

    ck_ok(put(1, 1000000));
    storage_close(fixture);
    fixture = NULL;
    ck_assert_int_eq(stat(fixture_path, &info), 0);
    ck_assert_int_eq(truncate(fixture_path, info.st_size / 2), 0);
    ck_status(open_with((struct storage_options){0}), STORAGE_CORRUPT);
    ck_error_says(fixture_path);
    ck_error_says("malformed");
}
END_TEST

START_TEST(notices_a_file_cut_while_open)
{
    struct storage_id id = sample_id(1);
    struct storage_blob blob;

    ck_ok(put(1, 1000000));
    fixture_reopen(); /* the log is folded back now */
    ck_assert_int_eq(truncate(fixture_path, 500000), 0);
    ck_status(storage_module_bytes(fixture, &id, &blob, &fixture_error), STORAGE_CORRUPT);
    ck_error_says(fixture_path);
    ck_assert_ptr_null(blob.data);
}
END_TEST

START_TEST(notices_contradicting_rows)
{
    struct storage_id id = sample_id(1);
    struct storage_blob blob;

    sample_put(1, NULL);
    fixture_sql(fixture_path, "UPDATE module_bytes SET bytes = x'00'");
    ck_status(storage_module_bytes(fixture, &id, &blob, &fixture_error), STORAGE_CORRUPT);
    ck_error_says("1 bytes where");
    fixture_sql(fixture_path, "DELETE FROM module_bytes");
    ck_status(storage_module_bytes(fixture, &id, &blob, &fixture_error), STORAGE_CORRUPT);
    fixture_sql(fixture_path, "DROP TABLE image");
    ck_status(storage_image_get(fixture, &id, "k", 1, &blob, &fixture_error), STORAGE_CORRUPT);
    ck_error_says("no such table: image");
}
END_TEST

static void use_everything(void)
{
    static const char *const refs[] = {"one", "one@1", "two@2", "nothing"};
    struct storage_image image = {.key = "k", .key_len = 1, .data = "x", .len = 1};
    struct storage_counts counts;
    struct storage_page page;
    struct storage_blob blob;

    if (storage_module_list(fixture, 100, NULL, &page, NULL) == STORAGE_OK)
        storage_page_fini(&page);
    for (size_t i = 0; i < sizeof refs / sizeof *refs; i++) {
        struct storage_ref ref = sample_ref(refs[i]);
        struct storage_module module;

        if (storage_module_get(fixture, &ref, &module, NULL) == STORAGE_OK) {
            if (storage_module_bytes(fixture, &module.id, &blob, NULL) == STORAGE_OK)
                storage_blob_fini(&blob);
            if (storage_image_put(fixture, &module.id, &image, NULL) == STORAGE_OK &&
                storage_image_get(fixture, &module.id, "k", 1, &blob, NULL) == STORAGE_OK)
                storage_blob_fini(&blob);
            storage_module_fini(&module);
        }
        (void)(storage_delete(fixture, &ref, NULL, NULL, NULL) == STORAGE_OK);
    }
    (void)(storage_count(fixture, &counts, NULL) == STORAGE_OK);
    (void)(put(77, 9000) == STORAGE_OK);
}

/* Whatever bytes are wrong: an error or an answer, no crash, no hang. */
START_TEST(stands_any_damage)
{
    struct stat info;
    char noise[16];
    uint64_t where, seed = (uint64_t)_i * 1000;
    int fd;

    for (uint64_t i = 0; i < 40; i++)
        sample_put(i, i % 3 ? "one" : "two");
    storage_close(fixture);
    fixture = NULL;
    ck_assert_int_eq(stat(fixture_path, &info), 0);
    fd = open(fixture_path, O_RDWR);
    for (int i = 0; i < 40; i++, seed++) {
        sample_fill(seed, &where, sizeof where);
        sample_fill(seed + 500, noise, sizeof noise);
        /* Half of it near the start of a page, where the structure is; the file's header stays. */
        where = i % 2 ? where % (uint64_t)info.st_size : where % (uint64_t)info.st_size & ~0xfffULL;
        ck_assert_int_gt(pwrite(fd, noise, sizeof noise, (off_t)(where < 100 ? 100 : where)), 0);
    }
    close(fd);
    if (storage_open(fixture_path, NULL, &fixture, &fixture_error) == STORAGE_OK)
        use_everything();
}
END_TEST

static void add_failures(Suite *suite)
{
    TCase *tcase = fixture_case(suite, "failures");

    tcase_add_test(tcase, waits_for_others_and_gives_up);
    tcase_add_test(tcase, takes_turns);
    tcase_add_test(tcase, readers_cannot_write);
    tcase_add_test(tcase, survives_a_full_database);
    tcase_add_test(tcase, leaves_room_for_deleting);
    tcase_add_test(tcase, stores_into_the_place_of_what_was_deleted);
    tcase_add_loop_test(tcase, survives_a_full_disk, 0, sizeof file_limits / sizeof *file_limits);
    tcase_add_test(tcase, notices_that_the_file_is_gone);
    tcase_add_test(tcase, notices_that_the_log_is_gone);
    tcase_add_test(tcase, notices_that_the_folder_is_gone);
    tcase_add_test(tcase, notices_a_cut_file);
    tcase_add_test(tcase, notices_a_file_cut_while_open);
    tcase_add_test(tcase, notices_contradicting_rows);
    tcase_add_loop_test(tcase, stands_any_damage, 0, getenv("CUPEL_TEST_QUICK") ? 3 : 50);
}

int main(void)
{
    Suite *suite = suite_create("storage/db");
    TCase *tcase = fixture_case(suite, "open");

    tcase_add_test(tcase, opens_and_closes);
    tcase_add_test(tcase, folds_the_log_back_on_close);
    tcase_add_test(tcase, refuses_bad_arguments);
    tcase_add_test(tcase, takes_paths_literally);
    tcase_add_test(tcase, says_why_it_cannot_open);
    tcase_add_test(tcase, cuts_a_long_path);
    tcase_add_test(tcase, counts);
    tcase_add_test(tcase, reads_only_when_asked_to);
    tcase_add_test(tcase, makes_nothing_when_reading_only);
    tcase_add_test(tcase, says_when_it_may_not_write);
    add_failures(suite);
    return fixture_main(suite);
}
