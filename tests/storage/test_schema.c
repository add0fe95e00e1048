/* Whose file is it, and how a schema moves on. */
#include "config.h"

#include "storage/schema.h"
#include "tests/storage/storage_fixture.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OURS "PRAGMA application_id = 0x4375706c;"

static enum storage_status open_it(void)
{
    return storage_open(fixture_path, NULL, &fixture, &fixture_error);
}

static void write_file(const char *content, size_t len)
{
    FILE *file = fopen(fixture_path, "wb");

    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(content, 1, len, file), len);
    ck_assert_int_eq(fclose(file), 0);
}

/* The whole file, malloc'ed. */
static char *read_file(size_t *len)
{
    FILE *file = fopen(fixture_path, "rb");
    char *content = malloc(1 << 20);

    ck_assert_ptr_nonnull(file);
    *len = fread(content, 1, 1 << 20, file);
    fclose(file);
    return content;
}

START_TEST(makes_a_new_file)
{
    ck_ok(open_it());
    ck_assert_int_eq(fixture_sql_number(fixture_path, "PRAGMA user_version"),
                     schema_migrations[schema_migration_count - 1].version);
    ck_assert_int_eq(fixture_sql_number(fixture_path, "PRAGMA application_id"),
                     SCHEMA_APPLICATION_ID);
    ck_assert_int_eq(fixture_sql_number(fixture_path, "SELECT count(*) FROM pragma_journal_mode"
                                                      " WHERE journal_mode = 'wal'"),
                     1);
    /* Whoever adds a table makes it STRICT; sqlite_sequence is SQLite's own. */
    ck_assert_int_eq(fixture_sql_number(fixture_path,
                                        "SELECT count(*) FROM pragma_table_list WHERE strict = 0"
                                        " AND name NOT LIKE 'sqlite%'"),
                     0);
    sample_put(1, "math");
    fixture_reopen();
    sample_check(fixture, 1);
}
END_TEST

START_TEST(takes_an_empty_file)
{
    write_file("", 0);
    ck_ok(open_it());
    sample_put(1, NULL);
}
END_TEST

START_TEST(takes_a_file_that_crashed_before_the_tables)
{
    fixture_sql(fixture_path, "PRAGMA journal_mode = WAL");
    ck_ok(open_it());
    sample_put(1, NULL);
}
END_TEST

START_TEST(migrations_ascend)
{
    for (size_t i = 0; i < schema_migration_count; i++)
        ck_assert_int_eq(schema_migrations[i].version, (int)i + 1);
}
END_TEST

static const struct {
    const char *sql;
    enum storage_status status;
    const char *says;
} strangers[] = {
    {"CREATE TABLE t (a)", STORAGE_FOREIGN, "another program"},
    {"PRAGMA user_version = 1", STORAGE_FOREIGN, "another program"},
    {"PRAGMA application_id = 1", STORAGE_FOREIGN, "another program"},
    {OURS, STORAGE_FOREIGN, "another program"},
    {OURS "PRAGMA user_version = -1", STORAGE_FOREIGN, "another program"},
    {OURS "PRAGMA user_version = 1000; CREATE TABLE t (a)", STORAGE_NEWER,
     "has version 1000, written by a newer Cupel"},
};

START_TEST(refuses_strangers_and_leaves_them_alone)
{
    struct storage_options options = {.read_only = true};
    size_t before_len, after_len;
    char *before, *after;

    fixture_sql(fixture_path, strangers[_i].sql);
    before = read_file(&before_len);
    ck_status(open_it(), strangers[_i].status);
    ck_error_says(strangers[_i].says);
    ck_error_says(fixture_path);
    ck_assert_ptr_null(fixture);
    ck_status(storage_open(fixture_path, &options, &fixture, &fixture_error), strangers[_i].status);
    after = read_file(&after_len);
    ck_assert_uint_eq(before_len, after_len);
    ck_assert_int_eq(memcmp(before, after, before_len), 0);
    free(before);
    free(after);
}
END_TEST

START_TEST(refuses_what_is_no_database)
{
    static const char text[] = "[server]\nlisten = 127.0.0.1:8080\n";
    size_t len;
    char *content;

    write_file(text, sizeof text - 1);
    ck_status(open_it(), STORAGE_FOREIGN);
    ck_error_says("file is not a database");
    content = read_file(&len);
    ck_assert_uint_eq(len, sizeof text - 1);
    ck_assert_int_eq(memcmp(content, text, len), 0);
    free(content);
}
END_TEST

/* A history that is not ours, run by the same machinery. */
static const struct migration steps[] = {
    {1, "make the first", "CREATE TABLE first (a INTEGER) STRICT; INSERT INTO first VALUES (1)"},
    {2, "change the first", "UPDATE first SET a = a + 10"},
    {3, "make the second",
     "CREATE TABLE second (b INTEGER) STRICT;"
     "INSERT INTO second SELECT a * 2 FROM first"},
    {4, "fail", "UPDATE first SET a = 0; INSERT INTO third VALUES (1)"},
};

static enum storage_status migrate(size_t count)
{
    struct connection connection;
    enum storage_status status;

    ck_ok(connection_init(&connection, fixture_path, CONNECTION_CREATE, 1000, &fixture_error));
    status = schema_migrate(&connection, steps, count, &fixture_error);
    ck_assert(sqlite3_get_autocommit(connection.db));
    connection_fini(&connection);
    return status;
}

START_TEST(runs_the_steps_that_are_missing)
{
    ck_ok(migrate(1));
    ck_assert_int_eq(fixture_sql_number(fixture_path, "SELECT a FROM first"), 1);
    ck_ok(migrate(3));
    ck_assert_int_eq(fixture_sql_number(fixture_path, "SELECT a FROM first"), 11);
    ck_assert_int_eq(fixture_sql_number(fixture_path, "SELECT b FROM second"), 22);
    ck_assert_int_eq(fixture_sql_number(fixture_path, "PRAGMA user_version"), 3);
    ck_ok(migrate(3));
    ck_assert_int_eq(fixture_sql_number(fixture_path, "SELECT a FROM first"), 11);
    ck_status(migrate(2), STORAGE_NEWER);
}
END_TEST

START_TEST(undoes_all_when_a_step_fails)
{
    ck_ok(migrate(1));
    ck_status(migrate(4), STORAGE_CORRUPT);
    ck_error_says("cannot fail in");
    ck_error_says("no such table: third");
    ck_assert_int_eq(fixture_sql_number(fixture_path, "PRAGMA user_version"), 1);
    ck_assert_int_eq(fixture_sql_number(fixture_path, "SELECT a FROM first"), 1);
    ck_ok(migrate(3));
}
END_TEST

static void *open_and_close(void *ignored)
{
    struct storage *storage;
    struct storage_error error;
    enum storage_status status = storage_open(fixture_path, NULL, &storage, &error);

    (void)ignored;
    if (status != STORAGE_OK)
        fprintf(stderr, "%s\n", error.text);
    storage_close(storage);
    return status == STORAGE_OK ? NULL : fixture_path;
}

/* Two daemons started at once on no file at all. */
START_TEST(lets_two_make_it_at_once)
{
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    void *failed = NULL;

    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, open_and_close, NULL), 0);
    for (int i = 0; i < THREADS; i++) {
        void *result;

        pthread_join(threads[i], &result);
        failed = failed ? failed : result;
    }
    ck_assert_ptr_null(failed);
    ck_ok(open_it());
    sample_put(1, NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("storage/schema");
    TCase *tcase = tcase_create("schema");

    tcase_add_checked_fixture(tcase, fixture_setup_dir, fixture_teardown);
    tcase_set_timeout(tcase, 60);
    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, makes_a_new_file);
    tcase_add_test(tcase, takes_an_empty_file);
    tcase_add_test(tcase, takes_a_file_that_crashed_before_the_tables);
    tcase_add_test(tcase, migrations_ascend);
    tcase_add_loop_test(tcase, refuses_strangers_and_leaves_them_alone, 0,
                        sizeof strangers / sizeof *strangers);
    tcase_add_test(tcase, refuses_what_is_no_database);
    tcase_add_test(tcase, runs_the_steps_that_are_missing);
    tcase_add_test(tcase, undoes_all_when_a_step_fails);
    tcase_add_loop_test(tcase, lets_two_make_it_at_once, 0, 5);
    return fixture_main(suite);
}
