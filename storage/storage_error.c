/*
 * Errors are a status for the program and a sentence for people, written once, where the failure is
 * seen, because only there the errno and the object are known. SQLite tells a full disk apart from
 * other write errors only for ENOSPC on some calls, so the errno decides here; otherwise a quota or
 * RLIMIT_FSIZE would read as a broken disk.
 */
#include "config.h"

#include "storage/storage_error.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { PATH_SHOWN = 100 };

static const struct {
    const char *name;
    const char *meaning;
} statuses[] = {
#define STORAGE_STATUS(name, meaning) {#name, meaning},
#include "storage/storage_errors.def"
#undef STORAGE_STATUS
};

enum { STATUS_COUNT = sizeof statuses / sizeof *statuses };

const char *storage_status_name(enum storage_status status)
{
    return (unsigned)status < STATUS_COUNT ? statuses[status].name : "UNKNOWN";
}

const char *storage_status_meaning(enum storage_status status)
{
    return (unsigned)status < STATUS_COUNT ? statuses[status].meaning : "unknown status";
}

enum storage_status storage_fail(struct storage_error *error, enum storage_status status,
                                 const char *format, ...)
{
    va_list args;

    if (!error)
        return status;
    error->status = status;
    va_start(args, format);
    vsnprintf(error->text, sizeof error->text, format, args);
    va_end(args);
    return status;
}

static enum storage_status status_of_errno(int os_error)
{
    switch (os_error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return STORAGE_FULL;
    case EACCES:
    case EPERM:
    case EROFS:
        return STORAGE_READONLY;
    case ENOMEM:
        return STORAGE_NOMEM;
    default:
        return STORAGE_IO;
    }
}

enum storage_status storage_status_of_sqlite(int code, int os_error)
{
    if (code == SQLITE_IOERR_NOMEM)
        return STORAGE_NOMEM;
    if (code == SQLITE_READONLY_DBMOVED)
        return STORAGE_IO;
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_DONE:
    case SQLITE_ROW:
        return STORAGE_OK;
    case SQLITE_FULL:
        return STORAGE_FULL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return STORAGE_BUSY;
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return STORAGE_READONLY;
    case SQLITE_NOMEM:
        return STORAGE_NOMEM;
    case SQLITE_TOOBIG:
        return STORAGE_BAD_ARGUMENT;
    case SQLITE_NOTADB:
        return STORAGE_FOREIGN;
    case SQLITE_CORRUPT:
    case SQLITE_CONSTRAINT: /* our own checks come first, so the rows contradict each other */
    case SQLITE_ERROR:      /* our statements are fixed, so the schema is not what it was */
        return STORAGE_CORRUPT;
    default:
        return status_of_errno(os_error);
    }
}

const char *storage_path_tail(const char *path)
{
    size_t len = strlen(path);
    const char *slash;

    if (len <= PATH_SHOWN)
        return path;
    slash = strchr(path + len - PATH_SHOWN, '/');
    return slash ? slash + 1 : path + len - PATH_SHOWN;
}
