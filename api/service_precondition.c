/*
 * Preconditions are judged in two steps. The ETag of a module's metadata covers more than storage
 * knows of, so it is compared here; what storage is then asked to check, in the very transaction
 * that acts, is that the reference still leads to the module that was compared.
 */
#include "api/precondition.h"
#include "api/service_private.h"

#include <string.h>

/* Compares one header with the current ETag ("" if there is no module). */
static enum api_code compare(const char *name, const char *list, const char *etag, bool want,
                             struct api_error *error)
{
    bool malformed = false, listed;

    if (precondition_is_any(list)) {
        listed = etag[0] != '\0';
    } else {
        listed = precondition_lists(list, etag, !want, &malformed) && etag[0] != '\0';
    }
    if (malformed) {
        return api_error_set(error, API_BAD_REQUEST,
                             "%s: expected * or a list of entity tags in double quotes", name);
    }
    if (listed == want) {
        return API_OK;
    }
    if (etag[0] == '\0') {
        return api_error_set(error, API_PRECONDITION, "%s: there is nothing under this name", name);
    }
    api_error_set(error, API_PRECONDITION, "%s: what is there now has the entity tag %s", name,
                  etag);
    api_error_member(error, "etag", etag, strlen(etag));
    return error->code;
}

enum api_code service_judge(struct service *service, const struct storage_ref *ref,
                            const struct service_precondition *precondition,
                            struct storage_match *match, struct storage_id *id,
                            struct api_error *error)
{
    struct service_module now;
    struct storage_module stored;
    struct storage_error from;

    memset(match, 0, sizeof *match);
    match->kind = STORAGE_MATCH_ALWAYS;
    if (precondition->if_match == NULL && precondition->if_none_match == NULL) {
        return API_OK;
    }
    memset(&now, 0, sizeof now);
    switch (storage_module_get(service->storage, ref, &stored, &from)) {
    case STORAGE_OK:
        *id = stored.id;
        match->kind = STORAGE_MATCH_IDS;
        match->ids = id;
        match->id_count = 1;
        (void)service_module_write(&stored, &now, error);
        storage_module_fini(&stored);
        service_module_fini(&now); /* only its ETag is wanted */
        break;
    case STORAGE_NOT_FOUND:
        match->kind = STORAGE_MATCH_ABSENT;
        break;
    default:
        return api_error_from_storage(error, &from);
    }
    if (error->code == API_OK && precondition->if_match != NULL) {
        (void)compare("If-Match", precondition->if_match, now.etag, true, error);
    }
    if (error->code == API_OK && precondition->if_none_match != NULL) {
        (void)compare("If-None-Match", precondition->if_none_match, now.etag, false, error);
    }
    return error->code;
}
