/*
 * The names of a module are a second query instead of a join: a module without names has a row
 * too, and metadata is not repeated for each name.
 */
#include "config.h"

#include "storage/module_row.h"
#include "storage/storage_error.h"

#include <string.h>

void storage_module_fini(struct storage_module *module)
{
    storage_blob_fini(&module->metadata);
    sqlite3_free(module->names);
    memset(module, 0, sizeof *module);
}

static bool grow(struct storage_module *module, size_t *room)
{
    size_t want = *room ? *room * 2 : 4;
    void *names = sqlite3_realloc64(module->names, want * sizeof *module->names);

    if (!names)
        return false;
    module->names = names;
    *room = want;
    return true;
}

static enum storage_status read_names(struct connection *connection, int64_t key,
                                      struct storage_module *module, struct storage_error *error)
{
    enum storage_status status = STORAGE_OK, ended;
    struct query query;
    size_t room = 0;

    query_init(&query, connection, STATEMENT_module_names, error);
    query_bind_int(&query, 1, key);
    while (query_row(&query)) {
        struct storage_name *name;

        if (module->name_count == room && !grow(module, &room)) {
            status = storage_fail(error, STORAGE_NOMEM, "no memory for a module's %zu names",
                                  module->name_count + 1);
            break;
        }
        name = &module->names[module->name_count++];
        query_text(&query, 0, name->name, sizeof name->name);
        name->version = (uint64_t)query_int(&query, 1);
        name->created_ms = query_int(&query, 2);
        name->current = query_int(&query, 3) != 0;
    }
    ended = query_fini(&query);
    return status != STORAGE_OK ? status : ended;
}

enum storage_status module_row_read(struct query *query, struct storage_module *own, int64_t *key)
{
    enum storage_status status;

    memset(own, 0, sizeof *own);
    *key = query_int(query, 0);
    query_id(query, 1, &own->id);
    own->len = (uint64_t)query_int(query, 2);
    own->created_ms = query_int(query, 3);
    own->image_bytes = (uint64_t)query_int(query, 4);
    query_blob(query, 5, &own->metadata);
    status = query->status;
    if (status == STORAGE_OK)
        status = read_names(query->connection, *key, own, query->error);
    if (status != STORAGE_OK)
        storage_module_fini(own);
    return status;
}
