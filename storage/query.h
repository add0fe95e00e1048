/*
 * query.h - running one prepared statement.
 *
 *     query_init(&q, connection, STATEMENT_module_by_id, error);
 *     query_bind_id(&q, 1, id);
 *     if (query_row(&q))
 *         key = query_int(&q, 0);
 *     status = query_fini(&q);
 *
 * The first failure sticks: later calls do nothing, query_row() is false, and query_fini() returns
 * it. Bound memory must live until query_fini(). Parameters count from 1, columns from 0, as in
 * SQLite.
 */
#ifndef CUPEL_STORAGE_QUERY_H
#define CUPEL_STORAGE_QUERY_H

#include "storage/connection.h"

struct query {
    struct connection *connection;
    struct storage_error *error;
    sqlite3_stmt *stmt;
    enum statement statement;
    enum storage_status status;
};

void query_init(struct query *query, struct connection *connection, enum statement statement,
                struct storage_error *error);
STORAGE_CHECKED enum storage_status query_fini(struct query *query);

void query_bind_int(struct query *query, int parameter, int64_t value);
void query_bind_text(struct query *query, int parameter, const char *text);
void query_bind_blob(struct query *query, int parameter, const void *data, size_t len);
void query_bind_id(struct query *query, int parameter, const struct storage_id *id);

/* Steps; is there a row? */
bool query_row(struct query *query);

/* For statements without rows: steps and ends. */
STORAGE_CHECKED enum storage_status query_run(struct query *query);

/* Reading the row. What has the wrong size is CORRUPT, and sticks as any failure does. */
int64_t query_int(struct query *query, int column);
void query_id(struct query *query, int column, struct storage_id *id);
void query_text(struct query *query, int column, char *text, size_t size);
void query_blob(struct query *query, int column, struct storage_blob *own);

#endif
