/*
 * Modules and images are read through SQLite's incremental interface straight into the caller's
 * buffer: a column of a row would be assembled in SQLite's memory first, and 64 MiB be held
 * twice. Buffers come from SQLite's allocator like all memory of this folder, which is malloc with
 * the hook through which the tests make each allocation fail in turn.
 */
#include "config.h"

#include "storage/blobs.h"
#include "storage/storage_error.h"

#include <errno.h>

void storage_blob_fini(struct storage_blob *blob)
{
    sqlite3_free(blob->data);
    *blob = (struct storage_blob){0};
}

static enum storage_status read_into(struct connection *connection, sqlite3_blob *blob,
                                     int64_t size, struct storage_blob *own,
                                     struct storage_error *error)
{
    void *data;
    int code;

    if (sqlite3_blob_bytes(blob) != size)
        return storage_fail(error, STORAGE_CORRUPT,
                            "'%s' is damaged: %d bytes where %lld were stored",
                            storage_path_tail(connection_path(connection)),
                            sqlite3_blob_bytes(blob), (long long)size);
    data = sqlite3_malloc64((sqlite3_uint64)size + 1);
    if (!data)
        return storage_fail(error, STORAGE_NOMEM, "no memory for a blob of %lld bytes",
                            (long long)size);
    code = sqlite3_blob_read(blob, data, (int)size, 0);
    if (code != SQLITE_OK) {
        sqlite3_free(data);
        return connection_fail(connection, code, "read a blob", error);
    }
    *own = (struct storage_blob){.data = data, .len = (size_t)size};
    return STORAGE_OK;
}

enum storage_status blob_read(struct connection *connection, const char *table, int64_t row,
                              int64_t size, struct storage_blob *own, struct storage_error *error)
{
    enum storage_status status;
    sqlite3_blob *blob = NULL;
    int code;

    errno = 0; /* see os_error_of() in connection.c */
    code = sqlite3_blob_open(connection->db, "main", table, "bytes", row, 0, &blob);
    if (code != SQLITE_OK)
        return connection_fail(connection, code, "read a blob", error);
    status = read_into(connection, blob, size, own, error);
    sqlite3_blob_close(blob);
    return status;
}
