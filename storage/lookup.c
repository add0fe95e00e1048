/*
 * A bare name is its highest version still there, found by one descending step in the primary key
 * of `version`; no pointer to the current version is kept that a deletion could leave dangling.
 */
#include "config.h"

#include "storage/lookup.h"
#include "storage/db.h"
#include "storage/storage_error.h"

#include <inttypes.h>
#include <string.h>

enum storage_status lookup_no_module(const struct storage_id *id, struct storage_error *error)
{
    char text[STORAGE_ID_TEXT_SIZE];

    storage_id_format(id, text);
    return storage_fail(error, STORAGE_NOT_FOUND, "no module %s is stored", text);
}

enum storage_status lookup_id(struct connection *connection, const struct storage_id *id,
                              struct lookup *found, struct storage_error *error)
{
    struct query query;

    memset(found, 0, sizeof *found);
    query_init(&query, connection, STATEMENT_module_by_id, error);
    query_bind_id(&query, 1, id);
    if (query_row(&query)) {
        found->module = query_int(&query, 0);
        found->standalone = query_int(&query, 1) != 0;
        found->size = query_int(&query, 2);
        found->id = *id;
    }
    return query_fini(&query);
}

/* Runs version_newest or version_exact, which have the same columns. */
static enum storage_status read_version(struct query *query, struct lookup *found)
{
    memset(found, 0, sizeof *found);
    if (query_row(query)) {
        found->name = query_int(query, 0);
        found->version = query_int(query, 1);
        found->module = query_int(query, 2);
        query_id(query, 3, &found->id);
        found->size = query_int(query, 4);
    }
    return query_fini(query);
}

enum storage_status lookup_name(struct connection *connection, const char *name,
                                struct lookup *found, struct storage_error *error)
{
    struct query query;

    query_init(&query, connection, STATEMENT_version_newest, error);
    query_bind_text(&query, 1, name);
    return read_version(&query, found);
}

static enum storage_status lookup_version(struct connection *connection,
                                          const struct storage_ref *ref, struct lookup *found,
                                          struct storage_error *error)
{
    enum storage_status status;
    struct query query;

    query_init(&query, connection, STATEMENT_version_exact, error);
    query_bind_text(&query, 1, ref->name);
    query_bind_int(&query, 2, (int64_t)ref->version);
    status = read_version(&query, found);
    if (status != STORAGE_OK || found->module)
        return status;
    status = lookup_name(connection, ref->name, found, error);
    if (status != STORAGE_OK || !found->module)
        return status;
    status = storage_fail(error, STORAGE_NOT_FOUND,
                          "'%s' has no version %" PRIu64 ", its newest is %" PRId64, ref->name,
                          ref->version, found->version);
    memset(found, 0, sizeof *found);
    return status;
}

enum storage_status lookup_ref(struct connection *connection, const struct storage_ref *ref,
                               struct lookup *found, struct storage_error *error)
{
    enum storage_status status;

    if (ref->kind == STORAGE_REF_ID) {
        status = lookup_id(connection, &ref->id, found, error);
        return status == STORAGE_OK && !found->module ? lookup_no_module(&ref->id, error) : status;
    }
    status = ref->kind == STORAGE_REF_NAME ? lookup_name(connection, ref->name, found, error)
                                           : lookup_version(connection, ref, found, error);
    if (status == STORAGE_OK && !found->module)
        status = storage_fail(error, STORAGE_NOT_FOUND, "no module has the name '%s'", ref->name);
    return status;
}

static bool among(const struct storage_id *ids, size_t count, const struct storage_id *id)
{
    for (size_t i = 0; i < count; i++) {
        if (memcmp(ids[i].bytes, id->bytes, sizeof id->bytes) == 0)
            return true;
    }
    return false;
}

enum storage_status lookup_match(const struct storage_match *match, const struct lookup *found,
                                 const char *what, struct storage_error *error)
{
    enum storage_match_kind kind = match ? match->kind : STORAGE_MATCH_ALWAYS;
    char id[STORAGE_ID_TEXT_SIZE];

    if (kind == STORAGE_MATCH_ALWAYS)
        return STORAGE_OK;
    storage_id_format(&found->id, id);
    if (kind == STORAGE_MATCH_ABSENT)
        return !found->module
                   ? STORAGE_OK
                   : storage_fail(error, STORAGE_CONFLICT, "'%s' already points to %s", what, id);
    if (!found->module)
        return storage_fail(error, STORAGE_CONFLICT, "'%s' points to nothing yet", what);
    if (kind == STORAGE_MATCH_IDS && !among(match->ids, match->id_count, &found->id))
        return storage_fail(error, STORAGE_CONFLICT,
                            "'%s' points to %s, not to what the condition names", what, id);
    return STORAGE_OK;
}

enum storage_status storage_resolve(struct storage *storage, const struct storage_ref *ref,
                                    struct storage_target *target, struct storage_error *error)
{
    struct connection *connection;
    enum storage_status status;
    struct lookup found;

    memset(target, 0, sizeof *target);
    status = db_read_begin(storage, &connection, error);
    if (status != STORAGE_OK)
        return status;
    status = lookup_ref(connection, ref, &found, error);
    if (status == STORAGE_OK)
        *target = (struct storage_target){.id = found.id, .version = (uint64_t)found.version};
    db_read_end(storage, connection);
    return status;
}
