/*
 * Reading a list of entity tags: ["W/"] DQUOTE *etagc DQUOTE, separated by commas and blanks.
 */
#include "api/precondition.h"

#include <string.h>

static const char *skip_blanks(const char *p)
{
    return p + strspn(p, " \t");
}

bool precondition_is_any(const char *list)
{
    list = skip_blanks(list);
    return list[0] == '*' && skip_blanks(list + 1)[0] == '\0';
}

bool precondition_lists(const char *list, const char *etag, bool weak, bool *malformed)
{
    size_t len = strlen(etag);
    bool found = false;

    *malformed = true;
    list = skip_blanks(list);
    for (;;) {
        bool is_weak = strncmp(list, "W/", 2) == 0;
        const char *end;

        list += is_weak ? 2 : 0;
        end = list[0] == '"' ? strchr(list + 1, '"') : NULL;
        if (end == NULL) {
            return false;
        }
        end++;
        if ((size_t)(end - list) == len && memcmp(list, etag, len) == 0 && (weak || !is_weak)) {
            found = true;
        }
        list = skip_blanks(end);
        if (list[0] == '\0') {
            *malformed = false;
            return found;
        }
        if (list[0] != ',') {
            return false;
        }
        list = skip_blanks(list + 1);
    }
}
