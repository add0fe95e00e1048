/*
 * Images are a cache beside the modules: found by an opaque key that says which engine, in which
 * configuration, can read them. Nothing checks their content here, their reader does; a bad one
 * is replaced by storing it again. They are written as durably as all else, because they
 * mostly come in the same transaction as their module.
 */
#include "config.h"

#include "storage/images.h"
#include "storage/blobs.h"
#include "storage/db.h"
#include "storage/lookup.h"
#include "storage/storage_error.h"

#include <string.h>

enum {
    KEY_MAX = 512,
    PURGE_BATCH = 32 /* images deleted before other writers get a turn */
};

static enum storage_status check_key(const void *key, size_t len, struct storage_error *error)
{
    if (key && len >= 1 && len <= KEY_MAX)
        return STORAGE_OK;
    return storage_fail(error, STORAGE_BAD_ARGUMENT, "an image's key of %zu bytes: 1 to %d", len,
                        KEY_MAX);
}

enum storage_status image_check(const struct storage_image *image, struct storage_error *error)
{
    return check_key(image->key, image->key_len, error);
}

enum storage_status image_add(struct connection *connection, int64_t module,
                              const struct storage_image *image, struct storage_error *error)
{
    enum storage_status status = connection_check_room(connection, image->len, error);
    struct query query;

    if (status != STORAGE_OK)
        return status;
    query_init(&query, connection, STATEMENT_image_put, error);
    query_bind_int(&query, 1, module);
    query_bind_blob(&query, 2, image->key, image->key_len);
    query_bind_int(&query, 3, (int64_t)image->len);
    query_bind_blob(&query, 4, image->data, image->len);
    return query_run(&query);
}

enum storage_status storage_image_put(struct storage *storage, const struct storage_id *id,
                                      const struct storage_image *image,
                                      struct storage_error *error)
{
    struct connection *connection;
    enum storage_status status;
    struct lookup found;

    status = image_check(image, error);
    if (status == STORAGE_OK)
        status = db_write_begin(storage, &connection, error);
    if (status != STORAGE_OK)
        return status;
    status = lookup_id(connection, id, &found, error);
    if (status == STORAGE_OK && !found.module)
        status = lookup_no_module(id, error);
    if (status == STORAGE_OK)
        status = image_add(connection, found.module, image, error);
    return db_write_end(storage, connection, status, DB_CHANGE_QUIET, error);
}

static enum storage_status no_image(const struct storage_id *id, struct storage_error *error)
{
    char text[STORAGE_ID_TEXT_SIZE];

    storage_id_format(id, text);
    return storage_fail(error, STORAGE_NOT_FOUND, "no image of %s under this key", text);
}

enum storage_status storage_image_get(struct storage *storage, const struct storage_id *id,
                                      const void *key, size_t key_len, struct storage_blob *own,
                                      struct storage_error *error)
{
    struct connection *connection;
    enum storage_status status;
    struct query query;
    int64_t row = 0, size = 0;

    *own = (struct storage_blob){0};
    status = db_read_begin(storage, &connection, error);
    if (status != STORAGE_OK)
        return status;
    query_init(&query, connection, STATEMENT_image_find, error);
    query_bind_id(&query, 1, id);
    query_bind_blob(&query, 2, key, key_len);
    if (query_row(&query)) {
        row = query_int(&query, 0);
        size = query_int(&query, 1);
    }
    status = query_fini(&query);
    if (status == STORAGE_OK)
        status = row ? blob_read(connection, "image", row, size, own, error) : no_image(id, error);
    db_read_end(storage, connection);
    return status;
}

enum storage_status storage_image_delete(struct storage *storage, const struct storage_id *id,
                                         const void *key, size_t key_len,
                                         struct storage_error *error)
{
    struct connection *connection;
    enum storage_status status;
    struct query query;

    status = db_write_begin(storage, &connection, error);
    if (status != STORAGE_OK)
        return status;
    query_init(&query, connection, STATEMENT_image_delete, error);
    query_bind_id(&query, 1, id);
    query_bind_blob(&query, 2, key, key_len);
    status = query_run(&query);
    return db_write_end(storage, connection, status, DB_CHANGE_QUIET, error);
}

static enum storage_status purge_some(struct storage *storage, const void *keep_key,
                                      size_t keep_key_len, uint64_t *purged,
                                      struct storage_error *error)
{
    struct connection *connection;
    enum storage_status status;
    struct query query;
    uint64_t count = 0;

    *purged = 0;
    status = db_write_begin(storage, &connection, error);
    if (status != STORAGE_OK)
        return status;
    query_init(&query, connection, STATEMENT_image_purge, error);
    query_bind_blob(&query, 1, keep_key, keep_key_len);
    query_bind_int(&query, 2, PURGE_BATCH);
    status = query_run(&query);
    if (status == STORAGE_OK)
        count = (uint64_t)sqlite3_changes64(connection->db);
    status = db_write_end(storage, connection, status,
                          count > 0 ? DB_CHANGE_QUIET : DB_CHANGE_NOTHING, error);
    if (status == STORAGE_OK)
        *purged = count;
    return status;
}

enum storage_status storage_image_purge(struct storage *storage, const void *keep_key,
                                        size_t keep_key_len, uint64_t *purged,
                                        struct storage_error *error)
{
    enum storage_status status;
    uint64_t count, total = 0;

    do {
        status = purge_some(storage, keep_key, keep_key_len, &count, error);
        total += count;
    } while (status == STORAGE_OK && count == PURGE_BATCH);
    if (purged)
        *purged = total;
    return status;
}
