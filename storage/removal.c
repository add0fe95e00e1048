/*
 * Deleting a name also deletes what only that name kept. Somebody who PUTs a module under a name
 * and DELETEs the name expects to have cleaned up, but somebody who POSTed it on its own holds its
 * id, and must not lose it because somebody else dropped a name. `standalone` tells the two apart.
 */
#include "config.h"

#include "storage/db.h"
#include "storage/lookup.h"
#include "storage/storage_error.h"

#include <string.h>

/* The modules to delete: ids for the caller, keys for us. */
struct doomed {
    struct storage_removed removed;
    int64_t *keys;
    size_t room;
};

void storage_removed_fini(struct storage_removed *removed)
{
    sqlite3_free(removed->ids);
    *removed = (struct storage_removed){0};
}

static void doomed_fini(struct doomed *doomed)
{
    storage_removed_fini(&doomed->removed);
    sqlite3_free(doomed->keys);
}

static bool grow(struct doomed *doomed)
{
    size_t want = doomed->room ? doomed->room * 2 : 4;
    void *ids = sqlite3_realloc64(doomed->removed.ids, want * sizeof *doomed->removed.ids);
    void *keys;

    if (!ids)
        return false;
    doomed->removed.ids = ids;
    keys = sqlite3_realloc64(doomed->keys, want * sizeof *doomed->keys);
    if (!keys)
        return false;
    doomed->keys = keys;
    doomed->room = want;
    return true;
}

static enum storage_status add(struct doomed *doomed, int64_t key, const struct storage_id *id,
                               struct storage_error *error)
{
    size_t count = doomed->removed.count;

    if (count == doomed->room && !grow(doomed))
        return storage_fail(error, STORAGE_NOMEM, "no memory to delete %zu modules", count + 1);
    doomed->keys[count] = key;
    doomed->removed.ids[count] = *id;
    doomed->removed.count++;
    return STORAGE_OK;
}

static void bind_range(struct query *query, const struct storage_ref *ref,
                       const struct lookup *found)
{
    bool all = ref->kind == STORAGE_REF_NAME;

    query_bind_int(query, 1, found->name);
    query_bind_int(query, 2, all ? 0 : found->version);
    query_bind_int(query, 3, all ? INT64_MAX : found->version);
}

static enum storage_status find_orphans(struct connection *connection,
                                        const struct storage_ref *ref, const struct lookup *found,
                                        struct doomed *doomed, struct storage_error *error)
{
    enum storage_status status = STORAGE_OK, ended;
    struct storage_id id = {{0}};
    struct query query;

    query_init(&query, connection, STATEMENT_version_orphans, error);
    bind_range(&query, ref, found);
    while (status == STORAGE_OK && query_row(&query)) {
        query_id(&query, 1, &id);
        status = add(doomed, query_int(&query, 0), &id, error);
    }
    ended = query_fini(&query);
    return status != STORAGE_OK ? status : ended;
}

static enum storage_status delete_versions(struct connection *connection,
                                           const struct storage_ref *ref,
                                           const struct lookup *found, struct doomed *doomed,
                                           struct storage_error *error)
{
    enum storage_status status;
    struct query query;

    status = find_orphans(connection, ref, found, doomed, error);
    if (status != STORAGE_OK)
        return status;
    query_init(&query, connection, STATEMENT_version_delete, error);
    bind_range(&query, ref, found);
    return query_run(&query);
}

static enum storage_status delete_modules(struct connection *connection,
                                          const struct doomed *doomed, struct storage_error *error)
{
    enum storage_status status = STORAGE_OK;
    struct query query;

    for (size_t i = 0; i < doomed->removed.count && status == STORAGE_OK; i++) {
        query_init(&query, connection, STATEMENT_module_delete, error);
        query_bind_int(&query, 1, doomed->keys[i]);
        status = query_run(&query);
    }
    return status;
}

static enum storage_status delete_ref(struct connection *connection, const struct storage_ref *ref,
                                      const struct storage_match *match, struct doomed *doomed,
                                      struct storage_error *error)
{
    char text[STORAGE_ID_TEXT_SIZE];
    enum storage_status status;
    struct lookup found;

    status = lookup_ref(connection, ref, &found, error);
    if (status != STORAGE_OK)
        return status;
    storage_id_format(&found.id, text);
    status = lookup_match(match, &found, ref->kind == STORAGE_REF_ID ? text : ref->name, error);
    if (status != STORAGE_OK)
        return status;
    if (ref->kind == STORAGE_REF_ID)
        status = add(doomed, found.module, &found.id, error);
    else
        status = delete_versions(connection, ref, &found, doomed, error);
    if (status == STORAGE_OK)
        status = delete_modules(connection, doomed, error);
    return status;
}

enum storage_status storage_delete(struct storage *storage, const struct storage_ref *ref,
                                   const struct storage_match *match, struct storage_removed *own,
                                   struct storage_error *error)
{
    struct doomed doomed = {{0}, NULL, 0};
    struct connection *connection;
    enum storage_status status;

    if (own)
        *own = (struct storage_removed){0};
    status = db_write_begin(storage, &connection, error);
    if (status != STORAGE_OK)
        return status;
    status = delete_ref(connection, ref, match, &doomed, error);
    status = db_write_end(storage, connection, status, DB_CHANGE_MODULES, error);
    if (status == STORAGE_OK && own) {
        *own = doomed.removed;
        doomed.removed = (struct storage_removed){0};
    }
    doomed_fini(&doomed);
    return status;
}
