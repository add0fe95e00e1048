/*
 * versions.h - pointing names to modules, inside a transaction that the caller has opened.
 */
#ifndef CUPEL_STORAGE_VERSIONS_H
#define CUPEL_STORAGE_VERSIONS_H

#include "storage/query.h"

/* Points `name`, already checked, to the module with this key. Leaves result->module_created. */
STORAGE_CHECKED enum storage_status version_add(struct connection *connection, const char *name,
                                                int64_t module, int64_t created_ms,
                                                const struct storage_match *match,
                                                struct storage_put_result *result,
                                                struct storage_error *error);

#endif
