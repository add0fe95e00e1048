/*
 * storage_error.h - filling a struct storage_error where a failure happens.
 * No state; any thread.
 */
#ifndef CUPEL_STORAGE_STORAGE_ERROR_H
#define CUPEL_STORAGE_STORAGE_ERROR_H

#include "storage/storage.h"

/* Writes status and text into `error` unless it is NULL, cutting a long text. Returns `status`. */
__attribute__((format(printf, 3, 4))) enum storage_status storage_fail(struct storage_error *error,
                                                                       enum storage_status status,
                                                                       const char *format, ...);

/*
 * The status for an (extended) result code of SQLite; `os_error` is the errno behind it, or 0.
 * A full disk, a quota and a file size limit are all FULL, whichever call met them first.
 */
enum storage_status storage_status_of_sqlite(int code, int os_error);

/* The end of a path that fits into a message along with a sentence. Points into `path`. */
const char *storage_path_tail(const char *path);

#endif
