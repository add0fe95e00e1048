/* Copies of a database that is in use, and where they may not go. */
#include "config.h"

#include "tests/storage/storage_fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char copy_path[320];

static void name_copy(void)
{
    snprintf(copy_path, sizeof copy_path, "%s/copy.db", fixture_dir);
}

static enum storage_status back_up(bool replace)
{
    name_copy();
    return storage_backup(fixture_path, copy_path, replace, &fixture_error);
}

/* Entries of the folder whose name contains `part`. */
static int count_files(const char *part)
{
    DIR *dir = opendir(fixture_dir);
    struct dirent *entry;
    int count = 0;

    ck_assert_ptr_nonnull(dir);
    while ((entry = readdir(dir)) != NULL)
        count += strstr(entry->d_name, part) != NULL;
    closedir(dir);
    return count;
}

static struct storage *open_copy(void)
{
    struct storage *storage;

    ck_ok(storage_open(copy_path, NULL, &storage, &fixture_error));
    return storage;
}

static mode_t mode_of(const char *path)
{
    struct stat st;

    ck_assert_int_eq(stat(path, &st), 0);
    return st.st_mode & 07777;
}

START_TEST(copy_has_everything)
{
    struct storage_counts before = {0}, after = {0};
    struct storage *copy;

    sample_put(1, "a");
    sample_put(2, "a");
    sample_put(3, NULL);
    ck_ok(back_up(false));
    ck_assert_int_eq(count_files("copy.db"), 1); /* neither log nor leftovers */
    ck_assert_uint_eq(mode_of(copy_path), 0600);
    ck_assert_int_eq(fixture_sql_number(copy_path, "SELECT count(*) FROM pragma_integrity_check"
                                                   " WHERE integrity_check = 'ok'"),
                     1);
    copy = open_copy();
    for (uint64_t i = 1; i <= 3; i++)
        sample_check(copy, i);
    ck_ok(storage_count(fixture, &before, &fixture_error));
    ck_ok(storage_count(copy, &after, &fixture_error));
    ck_assert_mem_eq(&before, &after, sizeof before);
    storage_close(copy);
}
END_TEST

START_TEST(copy_is_of_its_time)
{
    struct storage_counts counts;
    struct storage *copy;

    sample_put(1, "a");
    ck_ok(back_up(false));
    sample_put(2, "b");
    copy = open_copy();
    ck_ok(storage_count(copy, &counts, &fixture_error));
    ck_assert_uint_eq(counts.modules, 1);
    storage_close(copy);
    ck_ok(back_up(true));
    copy = open_copy();
    sample_check(copy, 2);
    storage_close(copy);
}
END_TEST

START_TEST(existing_files_stay)
{
    FILE *file;
    char text[8] = "";

    name_copy();
    file = fopen(copy_path, "w");
    fputs("mine", file);
    fclose(file);
    ck_status(back_up(false), STORAGE_EXISTS);
    ck_error_says("copy.db' is there already");
    file = fopen(copy_path, "r");
    ck_assert_ptr_nonnull(fgets(text, sizeof text, file));
    fclose(file);
    ck_assert_str_eq(text, "mine");
    ck_assert_int_eq(count_files("copy.db"), 1);
    ck_ok(back_up(true));
    ck_assert_uint_eq(mode_of(copy_path), 0600);
}
END_TEST

START_TEST(places_that_cannot_be)
{
    char path[400];

    ck_status(storage_backup(fixture_path, fixture_path, true, &fixture_error),
              STORAGE_BAD_ARGUMENT);
    ck_error_says("is the database itself");
    ck_status(storage_backup(fixture_path, fixture_dir, true, &fixture_error),
              STORAGE_BAD_ARGUMENT);
    ck_error_says("is not a file");
    snprintf(path, sizeof path, "%s/no/such/copy.db", fixture_dir);
    ck_status(storage_backup(fixture_path, path, false, &fixture_error), STORAGE_IO);
    ck_error_says("No such file or directory");
}
END_TEST

START_TEST(sources_that_are_none)
{
    char path[400];
    int fd;

    name_copy();
    snprintf(path, sizeof path, "%s/other.db", fixture_dir);
    ck_status(storage_backup(path, copy_path, false, &fixture_error), STORAGE_IO);
    fixture_sql(path, "CREATE TABLE t (x)");
    ck_status(storage_backup(path, copy_path, false, &fixture_error), STORAGE_FOREIGN);
    ck_assert_int_eq(unlink(path), 0);
    fd = open(path, O_CREAT | O_WRONLY, 0600);
    ck_assert_int_ge(fd, 0);
    close(fd);
    ck_status(storage_backup(path, copy_path, false, &fixture_error), STORAGE_FOREIGN);
    ck_error_says("is empty");
    ck_assert_int_eq(count_files("copy.db"), 0);
}
END_TEST

START_TEST(damage_is_not_copied)
{
    char page[4096];
    int fd;

    for (uint64_t i = 1; i <= 50; i++)
        sample_put(i, NULL);
    storage_close(fixture);
    fixture = NULL;
    fd = open(fixture_path, O_RDWR);
    ck_assert_int_ge(fd, 0);
    memset(page, 0x5a, sizeof page);
    for (off_t n = 20; n < 30; n++)
        ck_assert_int_eq(pwrite(fd, page, sizeof page, n * 4096), 4096);
    close(fd);
    ck_status(back_up(false), STORAGE_CORRUPT);
    ck_assert_int_eq(count_files("copy.db"), 0);
}
END_TEST

START_TEST(old_versions_can_be_copied)
{
    storage_close(fixture);
    fixture = NULL;
    fixture_sql(fixture_path, "PRAGMA user_version = 1");
    ck_ok(back_up(false));
    ck_assert_int_eq(fixture_sql_number(copy_path, "PRAGMA user_version"), 1);
    fixture_sql(fixture_path, "PRAGMA user_version = 1000000");
    ck_status(back_up(true), STORAGE_NEWER);
}
END_TEST

static void *keep_writing(void *stop)
{
    for (uint64_t i = 1000; !atomic_load((atomic_bool *)stop); i++)
        sample_put(i, "busy");
    return NULL;
}

/* Each copy is one state: all versions of the name up to some one. */
START_TEST(writers_do_not_wait_and_do_not_disturb)
{
    atomic_bool stop = false;
    int64_t last = 0;
    pthread_t thread;

    ck_assert_int_eq(pthread_create(&thread, NULL, keep_writing, &stop), 0);
    for (int i = 0; i < 10; i++) {
        int64_t versions;

        ck_ok(back_up(i > 0));
        versions = fixture_sql_number(copy_path, "SELECT count(*) FROM version");
        ck_assert_int_eq(versions, fixture_sql_number(copy_path, "SELECT coalesce(max(version), 0)"
                                                                 " FROM version"));
        ck_assert_int_eq(versions, fixture_sql_number(copy_path, "SELECT count(*) FROM module"));
        ck_assert_int_ge(versions, last);
        last = versions;
    }
    atomic_store(&stop, true);
    pthread_join(thread, NULL);
}
END_TEST

START_TEST(databases_are_private)
{
    char path[400];

    ck_assert_uint_eq(mode_of(fixture_path), 0600);
    sample_put(1, NULL);
    snprintf(path, sizeof path, "%s-wal", fixture_path);
    ck_assert_uint_eq(mode_of(path), 0600);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("backup");
    TCase *tc = fixture_case(suite, "copies");

    tcase_add_test(tc, copy_has_everything);
    tcase_add_test(tc, copy_is_of_its_time);
    tcase_add_test(tc, existing_files_stay);
    tcase_add_test(tc, places_that_cannot_be);
    tcase_add_test(tc, sources_that_are_none);
    tcase_add_test(tc, damage_is_not_copied);
    tcase_add_test(tc, old_versions_can_be_copied);
    tcase_add_test(tc, writers_do_not_wait_and_do_not_disturb);
    tcase_add_test(tc, databases_are_private);
    return fixture_main(suite);
}
