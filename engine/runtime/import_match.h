/*
 * import_match.h - whether something fits an import (spec 3.4 of release 2.0, "import matching").
 */
#ifndef CUPEL_RUNTIME_IMPORT_MATCH_H
#define CUPEL_RUNTIME_IMPORT_MATCH_H

#include "engine/runtime/import_report.h"
#include "engine/runtime/store.h"

/* Reports that nothing provides the import. */
void import_unknown(struct import_report *r, const struct module *m, const struct import *import);
/* Reports `found` unless it fits. A handle that is not of the store is reported as ERR_MISUSE. */
void import_check(struct import_report *r, struct cupel_store *store, const struct module *m,
                  const struct import *import, const cupel_extern_t *found);
/* The same for a function by its type, which is of the module's registry. */
void import_check_func(struct import_report *r, const struct module *m, const struct import *import,
                       const functype *found);

#endif
