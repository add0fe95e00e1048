/*
 * precondition.h - HTTP's ETag lists (RFC 9110, section 13.1).
 */
#ifndef CUPEL_API_PRECONDITION_H
#define CUPEL_API_PRECONDITION_H

#include <stdbool.h>

/* Is it "*"? */
bool precondition_is_any(const char *list);

/*
 * Is `etag` (with its quotes, strong) in the list? A weak entry W/"..." counts only if `weak`
 * comparison is wanted (If-None-Match). Sets `malformed` if the list is none.
 */
bool precondition_lists(const char *list, const char *etag, bool weak, bool *malformed);

#endif
