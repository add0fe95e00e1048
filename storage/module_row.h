/*
 * module_row.h - from a row of `module` to a struct storage_module.
 */
#ifndef CUPEL_STORAGE_MODULE_ROW_H
#define CUPEL_STORAGE_MODULE_ROW_H

#include "storage/query.h"

/*
 * Reads the row at which `query` (module_get or module_page) stands, and the module's names. *key
 * is its place in the order of listing. On failure, which may stick to the query, *own is empty.
 */
STORAGE_CHECKED enum storage_status module_row_read(struct query *query, struct storage_module *own,
                                                    int64_t *key);

#endif
