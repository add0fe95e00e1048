/*
 * A name is a counter, its versions are rows. The counter is never taken back, also when all
 * versions are deleted, so that name@3 can become absent but never mean something else.
 */
#include "config.h"

#include "storage/versions.h"
#include "storage/db.h"
#include "storage/lookup.h"

#include <string.h>

/* Runs name_next_version or name_insert; *name stays 0 if there was no row to change. */
static enum storage_status take_version(struct connection *connection, enum statement statement,
                                        const char *text, int64_t *name, int64_t *version,
                                        struct storage_error *error)
{
    struct query query;

    query_init(&query, connection, statement, error);
    query_bind_text(&query, 1, text);
    while (query_row(&query)) {
        *name = query_int(&query, 0);
        *version = query_int(&query, 1);
    }
    return query_fini(&query);
}

static enum storage_status next_version(struct connection *connection, const char *text,
                                        int64_t *name, int64_t *version,
                                        struct storage_error *error)
{
    enum storage_status status;

    status = take_version(connection, STATEMENT_name_next_version, text, name, version, error);
    if (status == STORAGE_OK && *name == 0)
        status = take_version(connection, STATEMENT_name_insert, text, name, version, error);
    return status;
}

enum storage_status version_add(struct connection *connection, const char *name, int64_t module,
                                int64_t created_ms, const struct storage_match *match,
                                struct storage_put_result *result, struct storage_error *error)
{
    enum storage_status status;
    struct lookup now;
    struct query query;
    int64_t key = 0, version = 0;

    status = lookup_name(connection, name, &now, error);
    if (status == STORAGE_OK)
        status = lookup_match(match, &now, name, error);
    if (status != STORAGE_OK)
        return status;
    result->version = (uint64_t)now.version;
    if (now.module == module)
        return STORAGE_OK;
    status = next_version(connection, name, &key, &version, error);
    if (status != STORAGE_OK)
        return status;
    query_init(&query, connection, STATEMENT_version_insert, error);
    query_bind_int(&query, 1, key);
    query_bind_int(&query, 2, version);
    query_bind_int(&query, 3, module);
    query_bind_int(&query, 4, created_ms);
    result->name_created = now.module == 0;
    result->version_created = true;
    result->version = (uint64_t)version;
    return query_run(&query);
}

enum storage_status storage_name_put(struct storage *storage, const char *name,
                                     const struct storage_id *id, int64_t created_ms,
                                     const struct storage_match *match,
                                     struct storage_put_result *result, struct storage_error *error)
{
    struct storage_put_result done = {0};
    struct connection *connection;
    enum storage_status status;
    struct lookup found;

    if (result)
        *result = done;
    status = storage_name_check(name, error);
    if (status == STORAGE_OK)
        status = db_write_begin(storage, &connection, error);
    if (status != STORAGE_OK)
        return status;
    status = lookup_id(connection, id, &found, error);
    if (status == STORAGE_OK && !found.module)
        status = lookup_no_module(id, error);
    if (status == STORAGE_OK)
        status = version_add(connection, name, found.module, created_ms, match, &done, error);
    status = db_write_end(storage, connection, status,
                          done.version_created ? DB_CHANGE_MODULES : DB_CHANGE_NOTHING, error);
    if (status == STORAGE_OK && result)
        *result = done;
    return status;
}
