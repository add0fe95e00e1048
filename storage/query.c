/*
 * Statements are prepared once per connection and found by number, so that a lookup costs no SQL
 * parsing. Failures stick to the query instead of being tested after every bind and column: a
 * caller reads as the SQL does, and checks once, at the end.
 */
#include "config.h"

#include "storage/query.h"
#include "storage/storage_error.h"

#include <errno.h>
#include <string.h>

static void query_fail(struct query *query, int code)
{
    query->status =
        connection_fail(query->connection, code, statement_what(query->statement), query->error);
}

static void query_damaged(struct query *query, const char *why)
{
    query->status = storage_fail(query->error, STORAGE_CORRUPT, "cannot %s in '%s': %s",
                                 statement_what(query->statement),
                                 storage_path_tail(connection_path(query->connection)), why);
}

void query_init(struct query *query, struct connection *connection, enum statement statement,
                struct storage_error *error)
{
    int code;

    *query = (struct query){.connection = connection, .error = error, .statement = statement};
    query->stmt = connection_prepare(connection, statement, &code);
    if (!query->stmt)
        query_fail(query, code);
}

enum storage_status query_fini(struct query *query)
{
    if (query->stmt) {
        sqlite3_reset(query->stmt);
        sqlite3_clear_bindings(query->stmt);
        query->stmt = NULL;
    }
    return query->status;
}

static void bound(struct query *query, int code)
{
    if (code != SQLITE_OK)
        query_fail(query, code);
}

void query_bind_int(struct query *query, int parameter, int64_t value)
{
    if (query->status == STORAGE_OK)
        bound(query, sqlite3_bind_int64(query->stmt, parameter, value));
}

void query_bind_text(struct query *query, int parameter, const char *text)
{
    if (query->status == STORAGE_OK)
        bound(query, sqlite3_bind_text(query->stmt, parameter, text, -1, SQLITE_STATIC));
}

void query_bind_blob(struct query *query, int parameter, const void *data, size_t len)
{
    /* A null pointer would bind NULL instead of an empty blob. */
    if (query->status == STORAGE_OK)
        bound(query,
              sqlite3_bind_blob64(query->stmt, parameter, data ? data : "", len, SQLITE_STATIC));
}

void query_bind_id(struct query *query, int parameter, const struct storage_id *id)
{
    query_bind_blob(query, parameter, id->bytes, sizeof id->bytes);
}

bool query_row(struct query *query)
{
    int code;

    if (query->status != STORAGE_OK)
        return false;
    errno = 0; /* see os_error_of() in connection.c */
    code = sqlite3_step(query->stmt);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        query_fail(query, code);
    return code == SQLITE_ROW;
}

enum storage_status query_run(struct query *query)
{
    while (query_row(query)) {
    }
    return query_fini(query);
}

int64_t query_int(struct query *query, int column)
{
    return query->status == STORAGE_OK ? sqlite3_column_int64(query->stmt, column) : 0;
}

/* The column as bytes, or NULL with the failure noted. */
static const void *column_bytes(struct query *query, int column, size_t *len)
{
    const void *data;

    if (query->status != STORAGE_OK)
        return NULL;
    data = sqlite3_column_blob(query->stmt, column);
    *len = (size_t)sqlite3_column_bytes(query->stmt, column);
    if (data)
        return data;
    if (sqlite3_errcode(query->connection->db) == SQLITE_NOMEM) {
        query_fail(query, SQLITE_NOMEM);
        return NULL;
    }
    *len = 0; /* SQLite's empty blob is a null pointer */
    return "";
}

void query_id(struct query *query, int column, struct storage_id *id)
{
    size_t len;
    const void *data = column_bytes(query, column, &len);

    if (data && len == sizeof id->bytes)
        memcpy(id->bytes, data, len);
    else if (data)
        query_damaged(query, "an id is not 32 bytes long");
}

void query_text(struct query *query, int column, char *text, size_t size)
{
    size_t len;
    const void *data = column_bytes(query, column, &len);

    if (data && len < size) {
        memcpy(text, data, len);
        text[len] = '\0';
    } else if (data) {
        query_damaged(query, "a text is too long");
    }
}

void query_blob(struct query *query, int column, struct storage_blob *own)
{
    size_t len;
    const void *data = column_bytes(query, column, &len);
    void *copy;

    if (!data)
        return;
    copy = sqlite3_malloc64(len + 1);
    if (!copy) {
        query_fail(query, SQLITE_NOMEM);
        return;
    }
    memcpy(copy, data, len);
    *own = (struct storage_blob){.data = copy, .len = len};
}
