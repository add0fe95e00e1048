/*
 * schema.h - is this our database, and of which version? Make it the present one.
 */
#ifndef CUPEL_STORAGE_SCHEMA_H
#define CUPEL_STORAGE_SCHEMA_H

#include "storage/connection.h"

#define SCHEMA_APPLICATION_ID 0x4375706c /* "Cupl"; what file(1) and `PRAGMA application_id` show */

struct migration {
    int version;
    const char *what; /* completes "cannot ..." */
    const char *sql;
};

/* The rows of migrations.def. */
extern const struct migration schema_migrations[];
extern const size_t schema_migration_count;

/*
 * Finds out the version, 0 for an empty file, without writing anything.
 * FOREIGN: not ours. NEWER: above `newest`.
 */
STORAGE_CHECKED enum storage_status schema_identify(struct connection *connection, int newest,
                                                    int *version, struct storage_error *error);

/* Runs the migrations above the file's version, all in one transaction. Ascending, at least one. */
STORAGE_CHECKED enum storage_status schema_migrate(struct connection *connection,
                                                   const struct migration *migrations, size_t count,
                                                   struct storage_error *error);

/* Identify, switch to write-ahead logging, migrate. */
STORAGE_CHECKED enum storage_status schema_prepare(struct connection *connection,
                                                   uint32_t busy_timeout_ms,
                                                   struct storage_error *error);

/* For read-only use: it must be ours and of the present version. */
STORAGE_CHECKED enum storage_status schema_check(struct connection *connection,
                                                 struct storage_error *error);

#endif
