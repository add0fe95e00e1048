/*
 * storage_fixture.h - what the storage tests share: a folder per test, a database in it, made-up
 * modules.
 */
#ifndef CUPEL_TESTS_STORAGE_STORAGE_FIXTURE_H
#define CUPEL_TESTS_STORAGE_STORAGE_FIXTURE_H

#include "storage/storage.h"

#include <check.h>

extern char fixture_dir[256];   /* made by fixture_setup(), removed by fixture_teardown() */
extern char fixture_path[300];  /* fixture_dir/cupel.db */
extern struct storage *fixture; /* open at fixture_path */
extern struct storage_error fixture_error;

void fixture_setup(void);     /* folder and database */
void fixture_setup_dir(void); /* the folder alone */
void fixture_teardown(void);
void fixture_reopen(void);

/* A case of the suite with fixture_setup() around each of its tests. */
TCase *fixture_case(Suite *suite, const char *name);

/* Runs the suite; what main() returns. */
int fixture_main(Suite *suite);

/* Checks the status of a call that fills fixture_error. */
#define ck_ok(call) ck_status(call, STORAGE_OK)
#define ck_status(call, expected)                                                                  \
    do {                                                                                           \
        enum storage_status status_ = (call);                                                      \
        ck_assert_msg(status_ == (expected), "%s: %s instead of %s: %s", #call,                    \
                      storage_status_name(status_), storage_status_name(expected),                 \
                      status_ == STORAGE_OK ? "" : fixture_error.text);                            \
    } while (0)

/* The text of the last error contains this. */
#define ck_error_says(part)                                                                        \
    ck_assert_msg(strstr(fixture_error.text, part) != NULL, "'%s' does not say '%s'",              \
                  fixture_error.text, part)

/* Made-up modules: everything follows from a number. */
struct storage_id sample_id(uint64_t number);
size_t sample_len(uint64_t number); /* 0 to 4095 */
void sample_fill(uint64_t number, void *data, size_t len);
struct storage_ref sample_ref(const char *text);
bool same_id(struct storage_id a, struct storage_id b);

/* Stores sample `number`, under `name` unless that is NULL. */
struct storage_put_result sample_put(uint64_t number, const char *name);

/* Fails unless exactly the bytes of sample `number` are there. */
void sample_check(struct storage *storage, uint64_t number);

/* The status of resolving `text`; the target goes to *target, which may be NULL. */
enum storage_status sample_resolve(const char *text, struct storage_target *target);

/* Fails unless `text` leads to sample `number` in this version. */
void sample_leads_to(const char *text, uint64_t number, uint64_t version);

struct storage_counts sample_counts(void);

/* Runs SQL on a connection of its own, past the storage layer. */
void fixture_sql(const char *path, const char *sql);
int64_t fixture_sql_number(const char *path, const char *sql);

#endif
