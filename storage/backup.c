/*
 * A copy that is one state of the database, made while others read and write: SQLite's backup in a
 * single step holds one snapshot of the log, which keeps nobody from writing. Page by page it would
 * begin anew at every foreign write, and never end under load.
 *
 * The copy is made under another name beside its place, switched back from write-ahead logging so
 * that it is complete without companions, checked, synced, and only then given its name: what has
 * the name is whole, whatever happens on the way.
 */
#include "config.h"

#include "storage/schema.h"
#include "storage/storage_error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUSY_TIMEOUT_MS = 5000 };

static enum storage_status fail_file(const char *what, const char *path,
                                     struct storage_error *error)
{
    int os_error = errno;
    enum storage_status status = storage_status_of_sqlite(SQLITE_CANTOPEN, os_error);

    if (os_error == ENOSPC || os_error == EDQUOT)
        status = STORAGE_FULL;
    errno = os_error;
    return storage_fail(error, status, "cannot %s '%s': %m", what, storage_path_tail(path));
}

/* May the copy take this place? To fail after the work would be late. */
static enum storage_status check_place(const char *path, const char *copy, bool replace,
                                       struct storage_error *error)
{
    struct stat source, target;

    if (stat(copy, &target) != 0)
        return STORAGE_OK;
    if (stat(path, &source) == 0 && source.st_dev == target.st_dev &&
        source.st_ino == target.st_ino)
        return storage_fail(error, STORAGE_BAD_ARGUMENT, "'%s' is the database itself",
                            storage_path_tail(copy));
    if (!S_ISREG(target.st_mode))
        return storage_fail(error, STORAGE_BAD_ARGUMENT, "'%s' is not a file",
                            storage_path_tail(copy));
    if (!replace)
        return storage_fail(error, STORAGE_EXISTS, "'%s' is there already",
                            storage_path_tail(copy));
    return STORAGE_OK;
}

static enum storage_status open_source(struct connection *source, const char *path,
                                       struct storage_error *error)
{
    int newest = schema_migrations[schema_migration_count - 1].version, version = 0;
    enum storage_status status;

    status = connection_init(source, path, CONNECTION_QUERY, BUSY_TIMEOUT_MS, error);
    if (status != STORAGE_OK)
        return status;
    status = schema_identify(source, newest, &version, error);
    if (status == STORAGE_OK && version == 0)
        status = storage_fail(error, STORAGE_FOREIGN, "'%s' is empty", storage_path_tail(path));
    return status;
}

static enum storage_status copy_pages(struct connection *source, struct connection *target,
                                      struct storage_error *error)
{
    sqlite3_backup *backup;
    int code, done;

    errno = 0;
    backup = sqlite3_backup_init(target->db, "main", source->db, "main");
    if (!backup)
        return connection_fail(target, sqlite3_extended_errcode(target->db), "begin the copy",
                               error);
    do {
        code = sqlite3_backup_step(backup, -1);
        if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
            done = sqlite3_sleep(10); /* somebody recovers the log, a moment's work */
    } while ((code == SQLITE_BUSY || code == SQLITE_LOCKED) && done > 0);
    done = sqlite3_backup_finish(backup);
    if (code == SQLITE_DONE && done == SQLITE_OK)
        return STORAGE_OK;
    return connection_fail(target, done != SQLITE_OK ? done : code, "copy", error);
}

static int read_verdict(void *verdict, int columns, char **values, char **names)
{
    (void)columns;
    (void)names;
    *(bool *)verdict = values[0] && strcmp(values[0], "ok") == 0;
    return 0;
}

static enum storage_status check_copy(struct connection *target, struct storage_error *error)
{
    bool sound = false;
    int code;

    errno = 0;
    code = sqlite3_exec(target->db, "PRAGMA quick_check(1)", read_verdict, &sound, NULL);
    if (code != SQLITE_OK)
        return connection_fail(target, code, "check the copy", error);
    return sound ? STORAGE_OK
                 : storage_fail(error, STORAGE_CORRUPT,
                                "the database is damaged, and so would be the copy");
}

static enum storage_status fill(struct connection *source, const char *temporary,
                                struct storage_error *error)
{
    struct connection target;
    enum storage_status status;

    status = connection_init(&target, temporary, CONNECTION_CREATE, BUSY_TIMEOUT_MS, error);
    if (status != STORAGE_OK)
        return status;
    /* A journal would only serve to keep what nobody has seen. */
    status = connection_run(&target, "PRAGMA journal_mode = MEMORY", "begin the copy", error);
    if (status == STORAGE_OK)
        status = copy_pages(source, &target, error);
    if (status == STORAGE_OK)
        status = connection_run(&target, "PRAGMA journal_mode = DELETE", "end the log", error);
    if (status == STORAGE_OK)
        status = check_copy(&target, error);
    connection_fini(&target);
    return status;
}

static int sync_at(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC), code = -1, saved;

    if (fd >= 0) {
        code = fsync(fd);
        saved = errno;
        close(fd);
        errno = saved;
    }
    return code;
}

/* The file, then its name. Without `replace` by link(), which takes no name that is taken. */
static enum storage_status give_name(const char *temporary, const char *copy, const char *folder,
                                     bool replace, struct storage_error *error)
{
    if (sync_at(temporary, O_RDONLY) != 0)
        return fail_file("sync", temporary, error);
    if (replace ? rename(temporary, copy) != 0
                : link(temporary, copy) != 0 || unlink(temporary) != 0) {
        if (errno == EEXIST)
            return storage_fail(error, STORAGE_EXISTS, "'%s' is there already",
                                storage_path_tail(copy));
        return fail_file("make", copy, error);
    }
    return sync_at(folder, O_RDONLY | O_DIRECTORY) == 0 ? STORAGE_OK
                                                        : fail_file("sync", folder, error);
}

/* "folder/.name.XXXXXX" and "folder"; both to be freed with sqlite3_free. */
static bool make_names(const char *copy, char **temporary, char **folder)
{
    const char *slash = strrchr(copy, '/');

    *folder = sqlite3_mprintf("%.*s", slash ? (int)(slash - copy) + 1 : 1, slash ? copy : ".");
    *temporary = sqlite3_mprintf("%.*s.%s.XXXXXX", slash ? (int)(slash - copy) + 1 : 0, copy,
                                 slash ? slash + 1 : copy);
    return *folder && *temporary;
}

static enum storage_status make_copy(struct connection *source, const char *copy, bool replace,
                                     struct storage_error *error)
{
    char *temporary, *folder;
    enum storage_status status;
    int fd = -1;

    if (!make_names(copy, &temporary, &folder))
        status = storage_fail(error, STORAGE_NOMEM, "out of memory");
    else if ((fd = mkostemp(temporary, O_CLOEXEC)) < 0)
        status = fail_file("make", copy, error);
    else
        status = fill(source, temporary, error);
    if (fd >= 0)
        close(fd);
    if (status == STORAGE_OK)
        status = give_name(temporary, copy, folder, replace, error);
    if (status != STORAGE_OK && fd >= 0)
        unlink(temporary);
    sqlite3_free(temporary);
    sqlite3_free(folder);
    return status;
}

enum storage_status storage_backup(const char *path, const char *copy, bool replace,
                                   struct storage_error *error)
{
    struct connection source;
    enum storage_status status = check_place(path, copy, replace, error);

    if (status != STORAGE_OK)
        return status;
    status = open_source(&source, path, error);
    if (status == STORAGE_OK)
        status = make_copy(&source, copy, replace, error);
    connection_fini(&source);
    return status;
}
