/*
 * The file says what it is: PRAGMA application_id whose it is, PRAGMA user_version how far its
 * schema has come. Both are written in the transaction that migrates, so that a crash in between
 * leaves the old version or the new one. Nothing is written before the file is known to be ours or
 * empty: switching a stranger's database to write-ahead logging would already change it.
 */
#include "config.h"

#include "storage/schema.h"
#include "storage/storage_error.h"

#include <stdio.h>
#include <string.h>

const struct migration schema_migrations[] = {
#define MIGRATION(version, what, sql) {version, "make the tables for " what, sql},
#include "storage/migrations.def"
#undef MIGRATION
};
const size_t schema_migration_count = sizeof schema_migrations / sizeof *schema_migrations;

static int newest_version(void)
{
    return schema_migrations[schema_migration_count - 1].version;
}

static enum storage_status identify(struct connection *connection, int newest, int *version,
                                    struct storage_error *error)
{
    int64_t application = 0, user_version = 0, objects = 0;
    enum storage_status status;

    status = connection_number(connection, "PRAGMA application_id", "read the header", &application,
                               error);
    if (status == STORAGE_OK)
        status = connection_number(connection, "PRAGMA user_version", "read the version",
                                   &user_version, error);
    if (status == STORAGE_OK)
        status = connection_number(connection, "SELECT count(*) FROM sqlite_schema",
                                   "read the schema", &objects, error);
    if (status != STORAGE_OK)
        return status;
    *version = 0;
    if (application == 0 && user_version == 0 && objects == 0)
        return STORAGE_OK;
    if (application != SCHEMA_APPLICATION_ID || user_version < 1)
        return storage_fail(error, STORAGE_FOREIGN,
                            "'%s' is the SQLite database of another program",
                            storage_path_tail(connection_path(connection)));
    if (user_version > newest)
        return storage_fail(error, STORAGE_NEWER,
                            "'%s' has version %lld, written by a newer Cupel; this one knows "
                            "versions up to %d",
                            storage_path_tail(connection_path(connection)), (long long)user_version,
                            newest);
    *version = (int)user_version;
    return STORAGE_OK;
}

/* In one transaction, or the answers could come from before and after another's migration. */
enum storage_status schema_identify(struct connection *connection, int newest, int *version,
                                    struct storage_error *error)
{
    enum storage_status status;

    status = connection_run(connection, "BEGIN", "read the header", error);
    if (status != STORAGE_OK)
        return status;
    status = identify(connection, newest, version, error);
    connection_rollback(connection);
    return status;
}

static enum storage_status apply(struct connection *connection, const struct migration *migration,
                                 struct storage_error *error)
{
    enum storage_status status;
    char stamp[96];

    status = connection_run(connection, migration->sql, migration->what, error);
    if (status != STORAGE_OK)
        return status;
    snprintf(stamp, sizeof stamp, "PRAGMA application_id = %d; PRAGMA user_version = %d",
             SCHEMA_APPLICATION_ID, migration->version);
    return connection_run(connection, stamp, "write the version", error);
}

enum storage_status schema_migrate(struct connection *connection,
                                   const struct migration *migrations, size_t count,
                                   struct storage_error *error)
{
    enum storage_status status;
    int version = 0;

    status = connection_run(connection, "BEGIN IMMEDIATE", "start migrating", error);
    if (status != STORAGE_OK)
        return status;
    /* Once more under the lock: another process may have migrated meanwhile. */
    status = identify(connection, migrations[count - 1].version, &version, error);
    for (size_t i = 0; i < count && status == STORAGE_OK; i++) {
        if (migrations[i].version > version)
            status = apply(connection, &migrations[i], error);
    }
    if (status == STORAGE_OK)
        status = connection_run(connection, "COMMIT", "commit the migration", error);
    connection_rollback(connection);
    return status;
}

static int read_mode(void *mode, int columns, char **values, char **names)
{
    (void)columns;
    (void)names;
    snprintf(mode, 16, "%s", values[0] ? values[0] : "");
    return 0;
}

/*
 * The switch needs the file for itself for a moment, and SQLite does not call the busy handler for
 * every lock on that way, so that two daemons starting at once would trip over each other.
 */
static enum storage_status use_log(struct connection *connection, uint32_t busy_timeout_ms,
                                   struct storage_error *error)
{
    enum { PAUSE_MS = 10 };
    char mode[16] = "";
    uint32_t waited = 0;
    int code;

    for (;;) {
        code = sqlite3_exec(connection->db, "PRAGMA journal_mode = WAL", read_mode, mode, NULL);
        if ((code & 0xff) != SQLITE_BUSY || waited >= busy_timeout_ms)
            break;
        sqlite3_sleep(PAUSE_MS);
        waited += PAUSE_MS;
    }
    if (code != SQLITE_OK)
        return connection_fail(connection, code, "switch to write-ahead logging", error);
    if (strcmp(mode, "wal") != 0)
        return storage_fail(error, STORAGE_IO,
                            "'%s' cannot use write-ahead logging: its file system has no shared "
                            "memory or locks",
                            storage_path_tail(connection_path(connection)));
    return STORAGE_OK;
}

enum storage_status schema_prepare(struct connection *connection, uint32_t busy_timeout_ms,
                                   struct storage_error *error)
{
    int newest = newest_version();
    enum storage_status status;
    int version;

    status = schema_identify(connection, newest, &version, error);
    if (status == STORAGE_OK)
        status = use_log(connection, busy_timeout_ms, error);
    if (status == STORAGE_OK && version < newest)
        status = schema_migrate(connection, schema_migrations, schema_migration_count, error);
    return status;
}

enum storage_status schema_check(struct connection *connection, struct storage_error *error)
{
    int newest = newest_version();
    enum storage_status status;
    int version;

    status = schema_identify(connection, newest, &version, error);
    if (status == STORAGE_OK && version < newest)
        status = storage_fail(error, STORAGE_READONLY,
                              "'%s' has version %d and must be migrated to %d, which needs "
                              "permission to write",
                              storage_path_tail(connection_path(connection)), version, newest);
    return status;
}
