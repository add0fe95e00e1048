/*
 * Pages follow the order of storing, by a key that only grows and is never given twice. A cursor is
 * the last key seen, so neither an insertion nor a deletion in between shifts what comes after, and
 * a page costs the same wherever it lies. One row more than asked for tells whether there is
 * a next page.
 */
#include "config.h"

#include "storage/db.h"
#include "storage/module_row.h"
#include "storage/storage_error.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PAGE_BYTES_MAX = 16 << 20, CURSOR_DIGITS = 16 };

void storage_page_fini(struct storage_page *page)
{
    for (size_t i = 0; i < page->count; i++)
        storage_module_fini(&page->modules[i]);
    sqlite3_free(page->modules);
    memset(page, 0, sizeof *page);
}

/* "m" and the key in 16 hex digits. */
static void write_cursor(char cursor[STORAGE_CURSOR_SIZE], int64_t key)
{
    snprintf(cursor, STORAGE_CURSOR_SIZE, "m%0*" PRIx64, CURSOR_DIGITS, (uint64_t)key);
}

static enum storage_status read_cursor(const char *cursor, int64_t *key,
                                       struct storage_error *error)
{
    uint64_t value = 0;

    *key = 0;
    if (!cursor || !*cursor)
        return STORAGE_OK;
    if (cursor[0] != 'm' || strlen(cursor) != 1 + CURSOR_DIGITS ||
        strspn(cursor + 1, "0123456789abcdef") != CURSOR_DIGITS ||
        sscanf(cursor + 1, "%" SCNx64, &value) != 1 || value > INT64_MAX)
        return storage_fail(error, STORAGE_BAD_ARGUMENT,
                            "this is not a cursor that an earlier page gave");
    *key = (int64_t)value;
    return STORAGE_OK;
}

static enum storage_status read_page(struct query *query, size_t limit, struct storage_page *page)
{
    size_t bytes = 0;
    int64_t key = 0;

    while (query_row(query)) {
        struct storage_module *module = &page->modules[page->count];
        enum storage_status status;

        if (page->count == limit || bytes > PAGE_BYTES_MAX) {
            write_cursor(page->next, key);
            break;
        }
        status = module_row_read(query, module, &key);
        if (status != STORAGE_OK)
            return status;
        bytes += module->metadata.len + module->name_count * sizeof *module->names;
        page->count++;
    }
    return STORAGE_OK;
}

enum storage_status storage_module_list(struct storage *storage, size_t limit, const char *cursor,
                                        struct storage_page *own, struct storage_error *error)
{
    struct connection *connection;
    enum storage_status status, ended;
    struct query query;
    int64_t after;

    memset(own, 0, sizeof *own);
    if (limit < 1 || limit > STORAGE_PAGE_MAX)
        return storage_fail(error, STORAGE_BAD_ARGUMENT, "a page of %zu modules: 1 to %d", limit,
                            STORAGE_PAGE_MAX);
    status = read_cursor(cursor, &after, error);
    if (status != STORAGE_OK)
        return status;
    own->modules = sqlite3_malloc64(limit * sizeof *own->modules);
    if (!own->modules)
        return storage_fail(error, STORAGE_NOMEM, "no memory for a page of %zu modules", limit);
    status = db_read_begin(storage, &connection, error);
    if (status == STORAGE_OK) {
        query_init(&query, connection, STATEMENT_module_page, error);
        query_bind_int(&query, 1, after);
        query_bind_int(&query, 2, (int64_t)limit + 1);
        status = read_page(&query, limit, own);
        ended = query_fini(&query);
        status = status != STORAGE_OK ? status : ended;
        db_read_end(storage, connection);
    }
    if (status != STORAGE_OK)
        storage_page_fini(own);
    return status;
}
