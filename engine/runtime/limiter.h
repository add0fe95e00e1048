/*
 * limiter.h - asking the embedder before something grows, and telling it when an allowed growth
 * did not happen. For memories and tables; belongs to the store's thread.
 */
#ifndef CUPEL_RUNTIME_LIMITER_H
#define CUPEL_RUNTIME_LIMITER_H

#include "engine/runtime/store.h"

/* What wants to grow: bytes of a memory or elements of a table. */
struct growth {
    cupel_externkind_t kind;
    uint64_t current, desired, maximum; /* maximum: UINT64_MAX if none is declared */
};

/* ROOM_OK (also without a limiter), ROOM_DENIED, ROOM_TRAP or ROOM_BUSY. */
enum room limiter_ask(struct cupel_store *s, const struct growth *g);
/* Tells the limiter that what it allowed failed; passes `room` on. */
enum room limiter_tell(struct cupel_store *s, cupel_externkind_t kind, enum room room);

/* The trap that came with ROOM_TRAP, or NULL; the caller owns it. */
cupel_own cupel_trap_t *limiter_take_trap(struct cupel_store *s);
/* The refusal (ROOM_DENIED, ROOM_TRAP or ROOM_BUSY) as a failure. */
enum status limiter_refusal(struct cupel_store *s, enum room room, cupel_externkind_t kind,
                            struct errinfo *err);

/* How many of a kind there may be, by the store's limits and the limiter's. */
uint32_t limiter_max_instances(const struct cupel_store *s);
uint32_t limiter_max_tables(const struct cupel_store *s);
uint32_t limiter_max_memories(const struct cupel_store *s);

#endif
