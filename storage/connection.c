/*
 * A connection is opened without SQLite's own mutexes, since one thread at a time has it, and with
 * settings that make an acknowledgement mean something:
 *
 *   synchronous = FULL   a commit returns after the log was synced, so it survives power loss
 *   foreign_keys = ON    deleting a module takes its bytes, versions and images along
 *   mmap_size = 0        a truncated or failing file gives an error instead of SIGBUS
 *   defensive, no trusted schema, cell_size_check   a damaged or doctored file gives an error
 *
 * SQLite happily goes on writing to a file that was unlinked, which would acknowledge what nobody
 * can ever read again; connection_is_stale() is how writers notice.
 */
#include "config.h"

#include "storage/connection.h"
#include "storage/storage_error.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* Shrinks the log back to this after a large module went through it. */
#define LOG_SIZE_LIMIT "16777216"

static const char settings[] = "PRAGMA synchronous = FULL;"
                               "PRAGMA foreign_keys = ON;"
                               "PRAGMA mmap_size = 0;"
                               "PRAGMA cell_size_check = ON;"
                               "PRAGMA secure_delete = FAST;"
                               "PRAGMA journal_size_limit = " LOG_SIZE_LIMIT ";";

static const struct {
    const char *what;
    const char *sql;
} table[] = {
#define STATEMENT(name, what, sql) {what, sql},
#include "storage/statements.def"
#undef STATEMENT
};

const char *statement_what(enum statement statement)
{
    return table[statement].what;
}

sqlite3_stmt *connection_prepare(struct connection *connection, enum statement statement, int *code)
{
    sqlite3_stmt **cached = &connection->statements[statement];

    *code = SQLITE_OK;
    if (!*cached)
        *code = sqlite3_prepare_v3(connection->db, table[statement].sql, -1,
                                   SQLITE_PREPARE_PERSISTENT, cached, NULL);
    return *cached;
}

void connection_rollback(struct connection *connection)
{
    sqlite3_stmt *stmt = connection->statements[STATEMENT_rollback];

    if (sqlite3_get_autocommit(connection->db))
        return;
    sqlite3_step(stmt);
    sqlite3_reset(stmt);
}

/* A COMMIT that fails leaves SQLite's own note of errno as it was; the thread's still tells. */
static int os_error_of(sqlite3 *db, int code)
{
    int kind = code & 0xff, now = errno;

    if (kind != SQLITE_IOERR && kind != SQLITE_CANTOPEN)
        return 0;
    return kind == SQLITE_IOERR && now != 0 ? now : sqlite3_system_errno(db);
}

/*
 * When a file cannot be made, SQLite tries to open it for reading and reports that it does not
 * exist. What is wrong is the folder.
 */
static int folder_error(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = sqlite3_mprintf("%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
    int os_error = folder && access(folder, W_OK | X_OK) != 0 ? errno : ENOENT;

    sqlite3_free(folder);
    return os_error;
}

static enum storage_status fail(sqlite3 *db, const char *path, int code, int os_error,
                                const char *what, struct storage_error *error)
{
    const char *why = sqlite3_errcode(db) == SQLITE_OK ? sqlite3_errstr(code) : sqlite3_errmsg(db);
    char os_text[80] = "";

    if (os_error) {
        errno = os_error;
        snprintf(os_text, sizeof os_text, " (%m)"); /* strerror_r() has two incompatible forms */
    }
    return storage_fail(error, storage_status_of_sqlite(code, os_error),
                        "cannot %s in '%s': %.80s%s", what, storage_path_tail(path), why, os_text);
}

/* Bytes inside the file that deletions have left free. */
static enum storage_status free_inside(struct connection *connection, uint64_t *bytes,
                                       struct storage_error *error)
{
    enum storage_status status;
    int64_t pages = 0, page_size = 0;

    status =
        connection_number(connection, "PRAGMA freelist_count", "count free pages", &pages, error);
    if (status == STORAGE_OK)
        status = connection_number(connection, "PRAGMA page_size", "count free pages", &page_size,
                                   error);
    *bytes = (uint64_t)pages * (uint64_t)page_size;
    return status;
}

/*
 * Deleting needs room too: in the log, and then in the file for all of the log that has not got
 * there yet, or the log cannot start over. On a disk filled to the last byte nothing could be
 * deleted, so storing stops short of that. What is stored is written twice, to the log and to the
 * file, where it may take the place of what was deleted; half of the reserve does for the log then.
 */
enum storage_status connection_check_room(struct connection *connection, size_t len,
                                          struct storage_error *error)
{
    size_t most = (size_t)sqlite3_limit(connection->db, SQLITE_LIMIT_LENGTH, -1);
    uint64_t reserve = connection->min_free_bytes, need, room, inside;
    enum storage_status status;
    struct statvfs info;

    if (len > most)
        return storage_fail(error, STORAGE_BAD_ARGUMENT,
                            "%zu bytes are too big: at most %zu can be stored", len, most);
    if (statvfs(connection_path(connection), &info) != 0)
        return STORAGE_OK; /* then the write itself will tell */
    room = (uint64_t)info.f_bavail * info.f_frsize;
    need = reserve + 2 * (uint64_t)len;
    if (room >= need)
        return STORAGE_OK;
    status = free_inside(connection, &inside, error);
    if (status != STORAGE_OK || (room + inside >= need && room >= reserve / 2 + len))
        return status;
    return storage_fail(error, STORAGE_FULL,
                        "the disk of '%s' is full: %" PRIu64 " bytes are free and %" PRIu64
                        " needed, %" PRIu64 " of them to be able to delete",
                        storage_path_tail(connection_path(connection)), room, need, reserve);
}

enum storage_status connection_fail(struct connection *connection, int code, const char *what,
                                    struct storage_error *error)
{
    return fail(connection->db, connection_path(connection), code,
                os_error_of(connection->db, code), what, error);
}

const char *connection_path(const struct connection *connection)
{
    return sqlite3_db_filename(connection->db, "main");
}

enum storage_status connection_run(struct connection *connection, const char *sql, const char *what,
                                   struct storage_error *error)
{
    int code;

    errno = 0;
    code = sqlite3_exec(connection->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? STORAGE_OK : connection_fail(connection, code, what, error);
}

enum storage_status connection_number(struct connection *connection, const char *sql,
                                      const char *what, int64_t *number,
                                      struct storage_error *error)
{
    sqlite3_stmt *stmt = NULL;
    enum storage_status status = STORAGE_OK;
    int code = sqlite3_prepare_v2(connection->db, sql, -1, &stmt, NULL);

    errno = 0;
    if (code == SQLITE_OK)
        code = sqlite3_step(stmt);
    if (code == SQLITE_ROW)
        *number = sqlite3_column_int64(stmt, 0);
    else
        status = connection_fail(connection, code, what, error);
    sqlite3_finalize(stmt);
    return status;
}

static enum storage_status configure(struct connection *connection, enum connection_mode mode,
                                     uint32_t busy_timeout_ms, struct storage_error *error)
{
    sqlite3 *db = connection->db;
    enum storage_status status;
    int code;

    sqlite3_busy_timeout(db, (int)busy_timeout_ms);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    status = connection_run(connection, settings, "set options", error);
    if (status == STORAGE_OK && mode != CONNECTION_CREATE)
        status = connection_run(connection, "PRAGMA query_only = ON", "set options", error);
    if (status != STORAGE_OK)
        return status;
    /* Now, because a rollback must not fail for want of memory. */
    if (!connection_prepare(connection, STATEMENT_rollback, &code))
        return connection_fail(connection, code, "set options", error);
    return STORAGE_OK;
}

/*
 * SQLite makes files that everybody may read; this one has what clients uploaded and hashes of keys.
 * The log gets the file's mode. If the file cannot be made, opening it will say why.
 */
static void make_private(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd >= 0)
        close(fd);
}

enum storage_status connection_init(struct connection *connection, const char *path,
                                    enum connection_mode mode, uint32_t busy_timeout_ms,
                                    struct storage_error *error)
{
    static const int flags[] = {
        [CONNECTION_CREATE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
        [CONNECTION_QUERY] = SQLITE_OPEN_READWRITE,
        [CONNECTION_FROZEN] = SQLITE_OPEN_READONLY,
    };
    enum storage_status status;
    char *literal;
    int code, os_error;

    memset(connection, 0, sizeof *connection);
    /* SQLite gives "", ":memory:" and "file:..." meanings of their own; "./" takes them away. */
    literal = sqlite3_mprintf("%s%s", *path == '/' ? "" : "./", path);
    if (!literal)
        return storage_fail(error, STORAGE_NOMEM, "out of memory opening '%s'",
                            storage_path_tail(path));
    if (mode == CONNECTION_CREATE)
        make_private(literal);
    code = sqlite3_open_v2(literal, &connection->db,
                           flags[mode] | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    sqlite3_free(literal);
    os_error = os_error_of(connection->db, code);
    if (os_error == ENOENT && mode == CONNECTION_CREATE)
        os_error = folder_error(path);
    if (code != SQLITE_OK)
        status = fail(connection->db, path, code, os_error, "open the database", error);
    else if (mode == CONNECTION_CREATE && sqlite3_db_readonly(connection->db, "main"))
        status = storage_fail(error, STORAGE_READONLY, "'%s' cannot be written to",
                              storage_path_tail(path));
    else
        status = configure(connection, mode, busy_timeout_ms, error);
    if (status != STORAGE_OK)
        connection_fini(connection);
    return status;
}

void connection_fini(struct connection *connection)
{
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(connection->statements[i]);
    sqlite3_close(connection->db);
    memset(connection, 0, sizeof *connection);
}

bool connection_is_stale(struct connection *connection)
{
    const char *path = connection_path(connection);
    int moved = 0;

    sqlite3_file_control(connection->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    if (moved || sqlite3_db_readonly(connection->db, "main"))
        return moved;
    return access(sqlite3_filename_wal(path), F_OK) != 0 && errno == ENOENT;
}
