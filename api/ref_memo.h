/*
 * ref_memo.h - remembers what references lead to, so that a call need not ask the database.
 *
 * An answer holds for as long as storage's generation stays what it was when the question was
 * asked (storage_generation()). A fixed number of places; a newer reference takes an older one's.
 * Any number of threads.
 */
#ifndef CUPEL_API_REF_MEMO_H
#define CUPEL_API_REF_MEMO_H

#include "storage/storage.h"

#include <stdbool.h>
#include <stdint.h>

struct ref_memo;

/* NULL when memory is exhausted. */
struct ref_memo *ref_memo_new(void);
void ref_memo_delete(struct ref_memo *memo);

bool ref_memo_find(struct ref_memo *memo, const char *ref, uint64_t generation,
                   struct storage_id *id);
void ref_memo_keep(struct ref_memo *memo, const char *ref, uint64_t generation,
                   const struct storage_id *id);

#endif
