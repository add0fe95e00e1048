/* Which status SQLite's result codes and the errno behind them become, and how paths are cut. */
#include "config.h"

#include "storage/storage_error.h"
#include "tests/storage/storage_fixture.h"

#include <errno.h>
#include <sqlite3.h>
#include <string.h>

static const struct {
    int code;
    int os_error;
    enum storage_status status;
} codes[] = {
    {SQLITE_OK, 0, STORAGE_OK},
    {SQLITE_DONE, 0, STORAGE_OK},
    {SQLITE_FULL, 0, STORAGE_FULL},
    {SQLITE_IOERR_WRITE, ENOSPC, STORAGE_FULL},
    {SQLITE_IOERR_WRITE, EDQUOT, STORAGE_FULL},
    {SQLITE_IOERR_WRITE, EFBIG, STORAGE_FULL},
    {SQLITE_IOERR_WRITE, EIO, STORAGE_IO},
    {SQLITE_IOERR_FSYNC, EIO, STORAGE_IO},
    {SQLITE_IOERR_WRITE, EROFS, STORAGE_READONLY},
    {SQLITE_CANTOPEN, EACCES, STORAGE_READONLY},
    {SQLITE_CANTOPEN, ENOENT, STORAGE_IO},
    {SQLITE_CANTOPEN, 0, STORAGE_IO},
    {SQLITE_READONLY, 0, STORAGE_READONLY},
    {SQLITE_READONLY_DBMOVED, 0, STORAGE_IO},
    {SQLITE_BUSY, 0, STORAGE_BUSY},
    {SQLITE_BUSY_SNAPSHOT, 0, STORAGE_BUSY},
    {SQLITE_LOCKED, 0, STORAGE_BUSY},
    {SQLITE_NOMEM, 0, STORAGE_NOMEM},
    {SQLITE_IOERR_NOMEM, 0, STORAGE_NOMEM},
    {SQLITE_IOERR_SHMMAP, ENOMEM, STORAGE_NOMEM},
    {SQLITE_TOOBIG, 0, STORAGE_BAD_ARGUMENT},
    {SQLITE_CORRUPT, 0, STORAGE_CORRUPT},
    {SQLITE_CORRUPT_INDEX, 0, STORAGE_CORRUPT},
    {SQLITE_CONSTRAINT_UNIQUE, 0, STORAGE_CORRUPT},
    {SQLITE_ERROR, 0, STORAGE_CORRUPT},
    {SQLITE_NOTADB, 0, STORAGE_FOREIGN},
};

START_TEST(codes_become_statuses)
{
    ck_assert_str_eq(
        storage_status_name(storage_status_of_sqlite(codes[_i].code, codes[_i].os_error)),
        storage_status_name(codes[_i].status));
}
END_TEST

START_TEST(long_texts_are_cut)
{
    char text[2 * STORAGE_ERROR_TEXT_SIZE];

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    ck_assert_int_eq(storage_fail(&fixture_error, STORAGE_IO, "%s", text), STORAGE_IO);
    ck_assert_uint_eq(strlen(fixture_error.text), STORAGE_ERROR_TEXT_SIZE - 1);
    ck_assert_int_eq(fixture_error.status, STORAGE_IO);
    ck_assert_int_eq(storage_fail(NULL, STORAGE_FULL, "%s", text), STORAGE_FULL);
}
END_TEST

START_TEST(long_paths_are_cut_at_the_front)
{
    char path[300];

    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    ck_assert_str_eq(storage_path_tail("/a/b.db"), "/a/b.db");
    ck_assert_uint_eq(strlen(storage_path_tail(path)), 100);
    path[280] = '/';
    ck_assert_ptr_eq(storage_path_tail(path), path + 281);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("storage/storage_error");
    TCase *tcase = tcase_create("errors");

    suite_add_tcase(suite, tcase);
    tcase_add_loop_test(tcase, codes_become_statuses, 0, sizeof codes / sizeof *codes);
    tcase_add_test(tcase, long_texts_are_cut);
    tcase_add_test(tcase, long_paths_are_cut_at_the_front);
    return fixture_main(suite);
}
