/*
 * Sample modules are derived from a number by a small generator, so that a process can check what
 * another one stored without having been told. Ids are not hashes: storage takes them as given.
 */
#include "config.h"

#include "tests/storage/storage_fixture.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char fixture_dir[sizeof fixture_dir];
char fixture_path[sizeof fixture_path];
struct storage *fixture;
struct storage_error fixture_error;

void fixture_setup_dir(void)
{
    const char *tmp = getenv("TMPDIR");

    snprintf(fixture_dir, sizeof fixture_dir, "%s/cupel-storage-XXXXXX", tmp ? tmp : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(fixture_dir));
    snprintf(fixture_path, sizeof fixture_path, "%s/cupel.db", fixture_dir);
}

void fixture_setup(void)
{
    fixture_setup_dir();
    ck_ok(storage_open(fixture_path, NULL, &fixture, &fixture_error));
}

void fixture_teardown(void)
{
    DIR *dir;
    struct dirent *entry;

    storage_close(fixture);
    fixture = NULL;
    chmod(fixture_dir, 0700);
    dir = opendir(fixture_dir);
    while (dir && (entry = readdir(dir)))
        unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
    rmdir(fixture_dir);
}

void fixture_reopen(void)
{
    storage_close(fixture);
    ck_ok(storage_open(fixture_path, NULL, &fixture, &fixture_error));
}

TCase *fixture_case(Suite *suite, const char *name)
{
    TCase *tcase = tcase_create(name);

    tcase_add_checked_fixture(tcase, fixture_setup, fixture_teardown);
    tcase_set_timeout(tcase, 60);
    suite_add_tcase(suite, tcase);
    return tcase;
}

int fixture_main(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    int failed;

    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

void sample_fill(uint64_t number, void *data, size_t len)
{
    uint64_t state = number;
    unsigned char *out = data;

    for (size_t i = 0; i < len; i += sizeof state) {
        uint64_t word = next(&state);

        memcpy(out + i, &word, len - i < sizeof word ? len - i : sizeof word);
    }
}

struct storage_id sample_id(uint64_t number)
{
    struct storage_id id;

    sample_fill(~number, id.bytes, sizeof id.bytes);
    return id;
}

size_t sample_len(uint64_t number)
{
    uint64_t state = number;

    return next(&state) % 4096;
}

struct storage_ref sample_ref(const char *text)
{
    struct storage_ref ref;

    ck_ok(storage_ref_parse(text, &ref, &fixture_error));
    return ref;
}

bool same_id(struct storage_id a, struct storage_id b)
{
    return memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0;
}

struct storage_put_result sample_put(uint64_t number, const char *name)
{
    unsigned char data[4096];
    struct storage_put_result result;
    struct storage_module_new module = {
        .id = sample_id(number),
        .data = data,
        .len = sample_len(number),
        .metadata = "{}",
        .metadata_len = 2,
        .created_ms = (int64_t)number,
        .name = name,
    };

    sample_fill(number, data, module.len);
    ck_ok(storage_module_put(fixture, &module, &result, &fixture_error));
    return result;
}

void sample_check(struct storage *storage, uint64_t number)
{
    struct storage_id id = sample_id(number);
    unsigned char data[4096];
    struct storage_blob blob;

    ck_ok(storage_module_bytes(storage, &id, &blob, &fixture_error));
    ck_assert_uint_eq(blob.len, sample_len(number));
    sample_fill(number, data, blob.len);
    ck_assert_int_eq(memcmp(blob.data, data, blob.len), 0);
    storage_blob_fini(&blob);
}

enum storage_status sample_resolve(const char *text, struct storage_target *target)
{
    struct storage_ref ref = sample_ref(text);
    struct storage_target ignored;

    return storage_resolve(fixture, &ref, target ? target : &ignored, &fixture_error);
}

void sample_leads_to(const char *text, uint64_t number, uint64_t version)
{
    struct storage_target target;

    ck_ok(sample_resolve(text, &target));
    ck_assert_msg(same_id(target.id, sample_id(number)), "'%s' leads elsewhere", text);
    ck_assert_uint_eq(target.version, version);
}

struct storage_counts sample_counts(void)
{
    struct storage_counts counts;

    ck_ok(storage_count(fixture, &counts, &fixture_error));
    return counts;
}

static sqlite3 *open_raw(const char *path)
{
    sqlite3 *db;

    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    return db;
}

void fixture_sql(const char *path, const char *sql)
{
    sqlite3 *db = open_raw(path);
    char *message = NULL;

    sqlite3_exec(db, sql, NULL, NULL, &message);
    ck_assert_msg(!message, "%s: %s", sql, message);
    sqlite3_close(db);
}

int64_t fixture_sql_number(const char *path, const char *sql)
{
    sqlite3 *db = open_raw(path);
    sqlite3_stmt *stmt;
    int64_t number;

    ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(stmt), SQLITE_ROW);
    number = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return number;
}
