/*
 * connection.h - one connection to the database with its prepared statements.
 *
 * A connection belongs to one thread at a time; db.c hands it out. Everything here reports SQLite's
 * errors as a storage_status with a sentence.
 */
#ifndef CUPEL_STORAGE_CONNECTION_H
#define CUPEL_STORAGE_CONNECTION_H

#include "storage/storage.h"

#include <sqlite3.h>

enum statement {
#define STATEMENT(name, what, sql) STATEMENT_##name,
#include "storage/statements.def"
#undef STATEMENT
    STATEMENT_COUNT
};

enum connection_mode {
    CONNECTION_CREATE, /* reads and writes; makes the file */
    CONNECTION_QUERY,  /* only reads, from a file that may be written by others */
    CONNECTION_FROZEN  /* only reads, from a file that cannot be written */
};

struct connection {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENT_COUNT]; /* prepared when first used */
    uint64_t min_free_bytes;                   /* see connection_check_room(); 0 at first */
};

/* `path` is taken literally. On failure *connection is empty, and connection_fini is allowed. */
STORAGE_CHECKED enum storage_status connection_init(struct connection *connection, const char *path,
                                                    enum connection_mode mode,
                                                    uint32_t busy_timeout_ms,
                                                    struct storage_error *error);
void connection_fini(struct connection *connection);

/* The absolute path of the file. Lives as long as the connection. */
const char *connection_path(const struct connection *connection);

/* Runs SQL that gives no rows or whose rows do not matter; `what` completes "cannot ...". */
STORAGE_CHECKED enum storage_status connection_run(struct connection *connection, const char *sql,
                                                   const char *what, struct storage_error *error);

/* Reads a number from the first row of `sql`. */
STORAGE_CHECKED enum storage_status connection_number(struct connection *connection,
                                                      const char *sql, const char *what,
                                                      int64_t *number, struct storage_error *error);

/* The prepared statement, or NULL with SQLite's code in *code. Belongs to the connection. */
sqlite3_stmt *connection_prepare(struct connection *connection, enum statement statement,
                                 int *code);

/* What a statement does: completes "cannot ...". */
const char *statement_what(enum statement statement);

/* Ends a transaction that was not committed, if there is one. Needs no memory. */
void connection_rollback(struct connection *connection);

/* Reports the connection's last error, `code`, as "cannot `what` in 'path': why". */
enum storage_status connection_fail(struct connection *connection, int code, const char *what,
                                    struct storage_error *error);

/*
 * FULL if the disk has no room for `len` more bytes besides min_free_bytes; BAD_ARGUMENT if they
 * are more than SQLite takes at all.
 */
STORAGE_CHECKED enum storage_status connection_check_room(struct connection *connection, size_t len,
                                                          struct storage_error *error);

/* Was the file, or its write-ahead log, removed or replaced since it was opened? */
bool connection_is_stale(struct connection *connection);

#endif
