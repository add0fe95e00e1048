/*
 * db.h - struct storage, and the two ways of using it: read and write.
 *
 * Both hand out a connection with a transaction open, to one thread, until the matching _end.
 */
#ifndef CUPEL_STORAGE_DB_H
#define CUPEL_STORAGE_DB_H

#include "storage/query.h"

/* Waits for a free reader and opens a snapshot. */
STORAGE_CHECKED enum storage_status db_read_begin(struct storage *storage,
                                                  struct connection **connection,
                                                  struct storage_error *error);
void db_read_end(struct storage *storage, struct connection *connection);

enum db_change {
    DB_CHANGE_NOTHING, /* nothing was written */
    DB_CHANGE_QUIET,   /* nothing that a reference could notice */
    DB_CHANGE_MODULES  /* modules, names or versions: a new generation */
};

/* Waits for the turn to write and opens a transaction. */
STORAGE_CHECKED enum storage_status db_write_begin(struct storage *storage,
                                                   struct connection **connection,
                                                   struct storage_error *error);

/* Commits if `status` is STORAGE_OK and something changed, else rolls back. Says how it ended. */
STORAGE_CHECKED enum storage_status db_write_end(struct storage *storage,
                                                 struct connection *connection,
                                                 enum storage_status status, enum db_change change,
                                                 struct storage_error *error);

#endif
