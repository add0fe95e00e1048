/*
 * stack_cache.h - WebAssembly stacks that stores of an engine hand on to each other.
 *
 * Thread-safe.
 */
#ifndef CUPEL_RUNTIME_STACK_CACHE_H
#define CUPEL_RUNTIME_STACK_CACHE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of an engine that is not told otherwise. */
#define STACK_DEFAULT_BYTES (UINT64_C(1) << 20)
#define STACK_CACHE_PLACES  8
/* The most that can be asked for. */
#define STACK_MOST_BYTES        (UINT64_C(1) << 30)
#define STACK_CACHE_MOST_PLACES 1024

struct stack_cache {
    pthread_mutex_t lock;
    uint64_t bytes; /* a stack of up to this many bytes for frames is kept */
    size_t places, count;
    void **stacks;
};

/* False if the host has no lock or no memory to give. */
bool stack_cache_init(struct stack_cache *c, uint64_t bytes, uint32_t places);
void stack_cache_fini(struct stack_cache *c);

/* Memory for a stack of `bytes` for frames and the room behind them that calls need; NULL when
 * memory is exhausted. */
void *stack_cache_take(struct stack_cache *c, uint64_t bytes);
/* Gives it back, with the same `bytes`. Accepts NULL. */
void stack_cache_give(struct stack_cache *c, void *stack, uint64_t bytes);

/* Mapped bytes for `bytes` of frames. */
size_t stack_mapped_bytes(const struct stack_cache *c, uint64_t bytes);

#endif
