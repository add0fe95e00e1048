/*
 * import_report.h - why imports cannot be resolved, all of them as far as the text has room.
 */
#ifndef CUPEL_RUNTIME_IMPORT_REPORT_H
#define CUPEL_RUNTIME_IMPORT_REPORT_H

#include "engine/module/module.h"

struct import_report {
    enum status status;     /* OK while all fit; ERR_MISUSE goes before ERR_LINK */
    cupel_linkerror_t link; /* of the first that does not fit */
    size_t count;           /* imports that do not fit */
    size_t hidden;          /* those that the text has no room for */
    size_t len;
    char text[4096];
};

void import_report_init(struct import_report *r);
/* Adds a reason why `import` cannot be resolved; its name goes in front of the text. */
void import_report_add(struct import_report *r, enum status status, cupel_linkerror_t link,
                       const struct import *import, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* NULL if there is nothing to report. */
cupel_own cupel_error_t *import_report_error(struct import_report *r);

#endif
