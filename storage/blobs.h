/*
 * blobs.h - reading a large blob out of a row.
 */
#ifndef CUPEL_STORAGE_BLOBS_H
#define CUPEL_STORAGE_BLOBS_H

#include "storage/connection.h"

/*
 * Reads the column `bytes` of the row with this rowid. CORRUPT if it is not there or not `size`
 * long.
 */
STORAGE_CHECKED enum storage_status blob_read(struct connection *connection, const char *table,
                                              int64_t row, int64_t size, struct storage_blob *own,
                                              struct storage_error *error);

#endif
