/*
 * One connection writes, a handful read. SQLite lets one writer in at a time anyway; with one
 * connection behind our own queue, threads wait on a condition variable instead of polling a file
 * lock, and SQLITE_BUSY is left for other processes. Readers are opened with the database, not when
 * needed: a path that meanwhile leads elsewhere cannot mix two databases in one handle. Each read
 * is a transaction, so that what takes several statements sees one state.
 *
 * All waiting ends after the busy timeout, for our own queue as for other processes' locks.
 */
#include "config.h"

#include "storage/db.h"
#include "storage/schema.h"
#include "storage/storage_error.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

enum {
    READERS_DEFAULT = 4,
    READERS_MAX = 64,
    BUSY_TIMEOUT_DEFAULT_MS = 5000,
    MIN_FREE_DEFAULT = 16 << 20
};

struct storage {
    atomic_uint_fast64_t generation;
    uint32_t busy_timeout_ms;
    bool read_only;

    pthread_mutex_t lock; /* guards what follows but the connections' insides */
    pthread_cond_t writer_free, reader_free;
    bool writing;
    size_t idle_count, reader_count;
    struct connection *idle[READERS_MAX];

    struct connection writer;
    struct connection readers[READERS_MAX];
};

static struct timespec deadline_after(uint32_t ms)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += ms / 1000;
    t.tv_nsec += (long)(ms % 1000) * 1000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}

static enum storage_status queue_init(struct storage *storage, struct storage_error *error)
{
    pthread_condattr_t attr;
    int code = pthread_condattr_init(&attr);

    if (code == 0) {
        pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
        code = pthread_mutex_init(&storage->lock, NULL);
        if (code == 0)
            code = pthread_cond_init(&storage->writer_free, &attr);
        if (code == 0)
            code = pthread_cond_init(&storage->reader_free, &attr);
        pthread_condattr_destroy(&attr);
    }
    return code == 0 ? STORAGE_OK
                     : storage_fail(error, STORAGE_NOMEM, "cannot make locks: %s", strerror(code));
}

static void set_options(struct storage *storage, const struct storage_options *options)
{
    storage->busy_timeout_ms =
        options->busy_timeout_ms ? options->busy_timeout_ms : BUSY_TIMEOUT_DEFAULT_MS;
    if (storage->busy_timeout_ms > INT32_MAX)
        storage->busy_timeout_ms = INT32_MAX; /* SQLite counts in int */
    storage->reader_count = options->readers ? options->readers : READERS_DEFAULT;
    storage->read_only = options->read_only;
}

static enum storage_status limit_size(struct connection *connection, uint64_t max_bytes,
                                      struct storage_error *error)
{
    enum storage_status status;
    int64_t page_size = 0;
    sqlite3_uint64 pages;
    char sql[64];

    status = connection_number(connection, "PRAGMA page_size", "limit the size", &page_size, error);
    if (status != STORAGE_OK)
        return status;
    pages = max_bytes / (uint64_t)page_size + 1;
    sqlite3_snprintf(sizeof sql, sql, "PRAGMA max_page_count = %llu", pages);
    return connection_run(connection, sql, "limit the size", error);
}

static enum storage_status open_writer(struct storage *storage, const char *path,
                                       const struct storage_options *options,
                                       struct storage_error *error)
{
    enum connection_mode mode = storage->read_only ? CONNECTION_FROZEN : CONNECTION_CREATE;
    struct connection *writer = &storage->writer;
    enum storage_status status;

    status = connection_init(writer, path, mode, storage->busy_timeout_ms, error);
    if (status != STORAGE_OK)
        return status;
    status = storage->read_only ? schema_check(writer, error)
                                : schema_prepare(writer, storage->busy_timeout_ms, error);
    writer->min_free_bytes = options->min_free_bytes ? options->min_free_bytes : MIN_FREE_DEFAULT;
    if (status == STORAGE_OK && options->max_bytes > 0)
        status = limit_size(writer, options->max_bytes, error);
    return status;
}

static enum storage_status open_readers(struct storage *storage, struct storage_error *error)
{
    enum connection_mode mode = storage->read_only ? CONNECTION_FROZEN : CONNECTION_QUERY;
    const char *path = connection_path(&storage->writer);
    enum storage_status status = STORAGE_OK;

    while (storage->idle_count < storage->reader_count && status == STORAGE_OK) {
        struct connection *reader = &storage->readers[storage->idle_count];

        status = connection_init(reader, path, mode, storage->busy_timeout_ms, error);
        if (status == STORAGE_OK)
            storage->idle[storage->idle_count++] = reader;
    }
    return status;
}

enum storage_status storage_open(const char *path, const struct storage_options *options,
                                 struct storage **own, struct storage_error *error)
{
    static const struct storage_options defaults;
    enum storage_status status;
    struct storage *storage;

    if (!options)
        options = &defaults;
    *own = NULL;
    if (!path || !*path)
        return storage_fail(error, STORAGE_BAD_ARGUMENT, "the database has no path");
    if (options->readers > READERS_MAX)
        return storage_fail(error, STORAGE_BAD_ARGUMENT, "%u readers are more than %d",
                            options->readers, READERS_MAX);
    storage = sqlite3_malloc64(sizeof *storage);
    if (!storage)
        return storage_fail(error, STORAGE_NOMEM, "out of memory opening '%s'",
                            storage_path_tail(path));
    memset(storage, 0, sizeof *storage);
    status = queue_init(storage, error);
    if (status != STORAGE_OK) {
        sqlite3_free(storage);
        return status;
    }
    set_options(storage, options);
    status = open_writer(storage, path, options, error);
    if (status == STORAGE_OK)
        status = open_readers(storage, error);
    if (status == STORAGE_OK)
        *own = storage;
    else
        storage_close(storage);
    return status;
}

void storage_close(struct storage *storage)
{
    if (!storage)
        return;
    for (size_t i = 0; i < storage->reader_count; i++)
        connection_fini(&storage->readers[i]);
    /* Last, because the last one to leave folds the log back into the file. */
    connection_fini(&storage->writer);
    pthread_cond_destroy(&storage->reader_free);
    pthread_cond_destroy(&storage->writer_free);
    pthread_mutex_destroy(&storage->lock);
    sqlite3_free(storage);
}

uint64_t storage_generation(const struct storage *storage)
{
    return atomic_load_explicit(&storage->generation, memory_order_acquire);
}

static enum storage_status too_long(struct storage *storage, const char *what,
                                    struct storage_error *error)
{
    return storage_fail(error, STORAGE_BUSY, "'%s' is busy: no %s came free within %u ms",
                        storage_path_tail(connection_path(&storage->writer)), what,
                        storage->busy_timeout_ms);
}

enum storage_status db_read_begin(struct storage *storage, struct connection **connection,
                                  struct storage_error *error)
{
    struct timespec deadline = deadline_after(storage->busy_timeout_ms);
    struct connection *reader = NULL;
    enum storage_status status;
    struct query query;
    int code = 0;

    *connection = NULL;
    pthread_mutex_lock(&storage->lock);
    while (storage->idle_count == 0 && code != ETIMEDOUT)
        code = pthread_cond_timedwait(&storage->reader_free, &storage->lock, &deadline);
    if (storage->idle_count > 0)
        reader = storage->idle[--storage->idle_count];
    pthread_mutex_unlock(&storage->lock);
    if (!reader)
        return too_long(storage, "reader", error);
    query_init(&query, reader, STATEMENT_begin_read, error);
    status = query_run(&query);
    if (status == STORAGE_OK)
        *connection = reader;
    else
        db_read_end(storage, reader);
    return status;
}

void db_read_end(struct storage *storage, struct connection *connection)
{
    connection_rollback(connection);
    pthread_mutex_lock(&storage->lock);
    storage->idle[storage->idle_count++] = connection;
    pthread_cond_signal(&storage->reader_free);
    pthread_mutex_unlock(&storage->lock);
}

static void leave_writer(struct storage *storage)
{
    pthread_mutex_lock(&storage->lock);
    storage->writing = false;
    pthread_cond_signal(&storage->writer_free);
    pthread_mutex_unlock(&storage->lock);
}

static bool enter_writer(struct storage *storage)
{
    struct timespec deadline = deadline_after(storage->busy_timeout_ms);
    bool entered;
    int code = 0;

    pthread_mutex_lock(&storage->lock);
    while (storage->writing && code != ETIMEDOUT)
        code = pthread_cond_timedwait(&storage->writer_free, &storage->lock, &deadline);
    entered = !storage->writing;
    storage->writing = true;
    pthread_mutex_unlock(&storage->lock);
    return entered;
}

static enum storage_status check_place(struct connection *connection, struct storage_error *error)
{
    if (!connection_is_stale(connection))
        return STORAGE_OK;
    return storage_fail(error, STORAGE_IO, "'%s' or its log was removed or replaced while in use",
                        storage_path_tail(connection_path(connection)));
}

enum storage_status db_write_begin(struct storage *storage, struct connection **connection,
                                   struct storage_error *error)
{
    struct connection *writer = &storage->writer;
    enum storage_status status;
    struct query query;

    *connection = NULL;
    if (storage->read_only)
        return storage_fail(error, STORAGE_READONLY, "'%s' was opened for reading only",
                            storage_path_tail(connection_path(writer)));
    if (!enter_writer(storage))
        return too_long(storage, "turn to write", error);
    query_init(&query, writer, STATEMENT_begin_write, error);
    status = query_run(&query);
    if (status == STORAGE_OK)
        status = check_place(writer, error);
    if (status == STORAGE_OK) {
        *connection = writer;
    } else {
        connection_rollback(writer);
        leave_writer(storage);
    }
    return status;
}

enum storage_status db_write_end(struct storage *storage, struct connection *connection,
                                 enum storage_status status, enum db_change change,
                                 struct storage_error *error)
{
    struct query query;

    if (status == STORAGE_OK && change != DB_CHANGE_NOTHING) {
        query_init(&query, connection, STATEMENT_commit, error);
        status = query_run(&query);
        if (status == STORAGE_OK && change == DB_CHANGE_MODULES)
            atomic_fetch_add_explicit(&storage->generation, 1, memory_order_release);
    }
    connection_rollback(connection);
    leave_writer(storage);
    return status;
}

enum storage_status storage_ping(struct storage *storage, struct storage_error *error)
{
    struct connection *connection;
    enum storage_status status;
    struct query query;

    status = db_read_begin(storage, &connection, error);
    if (status != STORAGE_OK)
        return status;
    query_init(&query, connection, STATEMENT_ping, error);
    status = query_run(&query);
    if (status == STORAGE_OK)
        status = check_place(connection, error);
    db_read_end(storage, connection);
    return status;
}

enum storage_status storage_count(struct storage *storage, struct storage_counts *counts,
                                  struct storage_error *error)
{
    struct connection *connection;
    enum storage_status status;
    struct query query;

    memset(counts, 0, sizeof *counts);
    status = db_read_begin(storage, &connection, error);
    if (status != STORAGE_OK)
        return status;
    query_init(&query, connection, STATEMENT_count, error);
    if (query_row(&query)) {
        counts->modules = (uint64_t)query_int(&query, 0);
        counts->module_bytes = (uint64_t)query_int(&query, 1);
        counts->names = (uint64_t)query_int(&query, 2);
        counts->versions = (uint64_t)query_int(&query, 3);
        counts->images = (uint64_t)query_int(&query, 4);
        counts->image_bytes = (uint64_t)query_int(&query, 5);
    }
    status = query_fini(&query);
    db_read_end(storage, connection);
    return status;
}
