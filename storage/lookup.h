/*
 * lookup.h - from a reference to rows, and the conditions on what is found.
 */
#ifndef CUPEL_STORAGE_LOOKUP_H
#define CUPEL_STORAGE_LOOKUP_H

#include "storage/query.h"

/* What a reference leads to; all zero when it leads nowhere. */
struct lookup {
    int64_t module; /* module.key */
    int64_t size;   /* module.size */
    int64_t name;   /* name.key, 0 by id */
    int64_t version;
    bool standalone; /* by id only */
    struct storage_id id;
};

/* Each is STORAGE_OK with an all-zero lookup when there is nothing. */
STORAGE_CHECKED enum storage_status lookup_id(struct connection *connection,
                                              const struct storage_id *id, struct lookup *found,
                                              struct storage_error *error);
STORAGE_CHECKED enum storage_status lookup_name(struct connection *connection, const char *name,
                                                struct lookup *found, struct storage_error *error);

/* NOT_FOUND with a text when there is nothing. */
STORAGE_CHECKED enum storage_status lookup_ref(struct connection *connection,
                                               const struct storage_ref *ref, struct lookup *found,
                                               struct storage_error *error);

/* CONFLICT if what was found does not meet `match` (NULL allowed). `what` names it in the text. */
STORAGE_CHECKED enum storage_status lookup_match(const struct storage_match *match,
                                                 const struct lookup *found, const char *what,
                                                 struct storage_error *error);

/* NOT_FOUND for an id. */
enum storage_status lookup_no_module(const struct storage_id *id, struct storage_error *error);

#endif
