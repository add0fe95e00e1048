/*
 * run_queue.h - whose turn it is: calls that wait for another slice, by account.
 *
 * Accounts with something to run take turns; each may use `quantum_ns` times its weight of a thread's
 * time in its turn, and what it uses beyond that is taken from its next. Within an account calls take
 * turns by the slice; those that are new stand in a line of their own, which gets every second one of
 * the account's slices, so what is nearly done does not wait for what never ends. Nothing here allocates (but the init), knows a clock or a thread: the caller
 * holds a lock and measures.
 */
#ifndef CUPEL_API_RUN_QUEUE_H
#define CUPEL_API_RUN_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The turns of an account. All zero at first; `weight` (at least 1) is its owner's to set. */
struct run_lane {
    uint32_t weight;
    uint32_t running; /* taken and not given back */
    bool took_fresh;  /* the last time */
    int64_t credit_ns;
    struct run_line {
        struct run_item *first, *last;
    } fresh, old;
    struct run_lane *next, *prev; /* of those with an item, here or taken: a ring */
};

/* What waits; a part of something larger. `lane` and `deadline_ns` are set before it is put. */
struct run_item {
    struct run_lane *lane; /* must outlive it */
    uint64_t deadline_ns;  /* UINT64_MAX: none */
    bool fresh;            /* it has not been taken yet */
    struct run_item *next, *prev;
    size_t heap_at;
};

struct run_queue {
    uint64_t quantum_ns;
    struct run_lane *turn;
    struct run_item **heap; /* by deadline */
    size_t count, taken, capacity;
};

/* Room for `capacity` items; false when memory is exhausted. */
bool run_queue_init(struct run_queue *queue, size_t capacity, uint64_t quantum_ns);
void run_queue_fini(struct run_queue *queue);

/* Adds a new item behind those of its account; false if there is no room: those that are taken keep
 * theirs. */
bool run_queue_put(struct run_queue *queue, struct run_item *item);
/* Takes the item whose turn it is, or one whose deadline is `now_ns` or before; NULL: there is none. */
struct run_item *run_queue_take(struct run_queue *queue);
struct run_item *run_queue_take_expired(struct run_queue *queue, uint64_t now_ns);
/* Takes that item, which is in the queue. */
void run_queue_take_item(struct run_queue *queue, struct run_item *item);
/* An item that was taken has used so much time, and: it is back, or it comes no more. One of these
 * for each that was taken; there is always room for one that is back. */
void run_queue_back(struct run_queue *queue, struct run_item *item, uint64_t ns);
void run_queue_end(struct run_queue *queue, struct run_item *item, uint64_t ns);

/* The earliest deadline; UINT64_MAX: none. */
uint64_t run_queue_deadline_ns(const struct run_queue *queue);

#endif
