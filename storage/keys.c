/*
 * Keys are few and read as a whole: whoever checks them keeps them in memory, and asks from time to
 * time, for one row, whether anything has changed. Only hashes of secrets come here.
 */
#include "config.h"

#include "storage/db.h"
#include "storage/storage_error.h"

#include <inttypes.h>
#include <string.h>

/* Runs a statement without parameters and rows. */
static enum storage_status run_plain(struct connection *connection, enum statement statement,
                                     struct storage_error *error)
{
    struct query query;

    query_init(&query, connection, statement, error);
    return query_run(&query);
}

/* One number from a statement that is bound already. */
static enum storage_status read_number(struct query *query, uint64_t *number)
{
    while (query_row(query))
        *number = (uint64_t)query_int(query, 0);
    return query_fini(query);
}

static bool is_taken(struct connection *connection)
{
    return sqlite3_extended_errcode(connection->db) == SQLITE_CONSTRAINT_UNIQUE;
}

static enum storage_status insert(struct connection *connection, struct storage_key *key,
                                  struct storage_error *error)
{
    enum storage_status status;
    struct query query;

    query_init(&query, connection, STATEMENT_key_insert, error);
    query_bind_text(&query, 1, key->id);
    query_bind_id(&query, 2, &key->hash);
    query_bind_int(&query, 3, key->created_ms);
    query_bind_blob(&query, 4, key->terms.data, key->terms.len);
    status = read_number(&query, &key->number);
    if (status != STORAGE_OK && is_taken(connection))
        return storage_fail(error, STORAGE_CONFLICT, "there is a key '%s' already", key->id);
    return status;
}

enum storage_status storage_key_add(struct storage *storage, struct storage_key *key,
                                    struct storage_error *error)
{
    size_t len = strnlen(key->id, sizeof key->id);
    struct connection *connection;
    enum storage_status status;

    if (len == 0 || len == sizeof key->id)
        return storage_fail(error, STORAGE_BAD_ARGUMENT, "a key's id has 1 to 32 bytes");
    status = db_write_begin(storage, &connection, error);
    if (status != STORAGE_OK)
        return status;
    status = insert(connection, key, error);
    if (status == STORAGE_OK)
        status = run_plain(connection, STATEMENT_key_change, error);
    return db_write_end(storage, connection, status, DB_CHANGE_QUIET, error);
}

enum storage_status storage_key_delete(struct storage *storage, const char *id,
                                       struct storage_error *error)
{
    struct connection *connection;
    enum storage_status status;
    struct query query;

    status = db_write_begin(storage, &connection, error);
    if (status != STORAGE_OK)
        return status;
    query_init(&query, connection, STATEMENT_key_delete, error);
    query_bind_text(&query, 1, id);
    status = query_run(&query);
    if (status == STORAGE_OK && sqlite3_changes64(connection->db) == 0)
        status = storage_fail(error, STORAGE_NOT_FOUND, "there is no key '%.32s'", id);
    if (status == STORAGE_OK)
        status = run_plain(connection, STATEMENT_key_change, error);
    return db_write_end(storage, connection, status, DB_CHANGE_QUIET, error);
}

enum storage_status storage_key_used(struct storage *storage, uint64_t number, int64_t day,
                                     uint64_t fuel, struct storage_error *error)
{
    struct connection *connection;
    enum storage_status status;
    struct query query;

    status = db_write_begin(storage, &connection, error);
    if (status != STORAGE_OK)
        return status;
    query_init(&query, connection, STATEMENT_key_used, error);
    query_bind_int(&query, 1, (int64_t)number);
    query_bind_int(&query, 2, day);
    query_bind_int(&query, 3, fuel < INT64_MAX ? (int64_t)fuel : INT64_MAX);
    status = query_run(&query);
    return db_write_end(storage, connection, status, DB_CHANGE_QUIET, error);
}

enum storage_status storage_key_changes(struct storage *storage, uint64_t *changes,
                                        struct storage_error *error)
{
    struct connection *connection;
    enum storage_status status;
    struct query query;

    status = db_read_begin(storage, &connection, error);
    if (status != STORAGE_OK)
        return status;
    query_init(&query, connection, STATEMENT_key_changes, error);
    status = read_number(&query, changes);
    db_read_end(storage, connection);
    return status;
}

/* ---- all of them ----------------------------------------------------------------------------- */

void storage_keys_fini(struct storage_keys *keys)
{
    for (size_t i = 0; i < keys->count; i++)
        storage_blob_fini(&keys->keys[i].terms);
    sqlite3_free(keys->keys);
    *keys = (struct storage_keys){0};
}

static bool grow(struct storage_keys *keys, size_t *room)
{
    size_t want = *room ? *room * 2 : 16;
    void *more = sqlite3_realloc64(keys->keys, want * sizeof *keys->keys);

    if (!more)
        return false;
    keys->keys = more;
    *room = want;
    return true;
}

static void read_row(struct query *query, struct storage_key *key)
{
    memset(key, 0, sizeof *key);
    key->number = (uint64_t)query_int(query, 0);
    query_text(query, 1, key->id, sizeof key->id);
    query_id(query, 2, &key->hash);
    key->created_ms = query_int(query, 3);
    key->day = query_int(query, 4);
    key->fuel = (uint64_t)query_int(query, 5);
    query_blob(query, 6, &key->terms);
}

enum storage_status storage_key_list(struct storage *storage, struct storage_keys *own,
                                     struct storage_error *error)
{
    enum storage_status status, ended;
    struct connection *connection;
    struct query query;
    size_t room = 0;

    *own = (struct storage_keys){0};
    status = db_read_begin(storage, &connection, error);
    if (status != STORAGE_OK)
        return status;
    query_init(&query, connection, STATEMENT_key_list, error);
    while (status == STORAGE_OK && query_row(&query)) {
        if (own->count == room && !grow(own, &room))
            status = storage_fail(error, STORAGE_NOMEM, "no memory for %zu keys", own->count + 1);
        else
            read_row(&query, &own->keys[own->count++]);
    }
    ended = query_fini(&query);
    db_read_end(storage, connection);
    status = status != STORAGE_OK ? status : ended;
    if (status != STORAGE_OK)
        storage_keys_fini(own);
    return status;
}
