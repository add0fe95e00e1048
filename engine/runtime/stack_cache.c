/*
 * A store needs a stack at its first call, and most stores make one call only. Mapping and
 * unmapping costs more than such a call, so a few stacks of the engine's size wait here for the next
 * store. They are not cleared: code writes every slot before it reads it.
 *
 * Behind the frames there is room for one more: a call writes the callee's header, and a host call
 * its values, before anything checks that a frame fits.
 */
#include "engine/runtime/stack_cache.h"

#include "engine/base/alloc.h"
#include "engine/module/types.h"

/* The values of a call at most, as v128, and a page. */
#define STACK_ROOM (16 * FUNCTYPE_MAX_VALUES + 4096)

size_t stack_mapped_bytes(const struct stack_cache *c, uint64_t bytes)
{
    if (bytes < c->bytes)
        bytes = c->bytes;
    return (size_t)(bytes + STACK_ROOM + 4095) & ~(size_t)4095;
}

bool stack_cache_init(struct stack_cache *c, uint64_t bytes, uint32_t places)
{
    *c = (struct stack_cache){.bytes = bytes, .places = places};
    c->stacks = mem_alloc(places * sizeof *c->stacks);
    if (!c->stacks)
        return false;
    if (pthread_mutex_init(&c->lock, NULL) == 0)
        return true;
    mem_free(c->stacks);
    return false;
}

void stack_cache_fini(struct stack_cache *c)
{
    for (size_t i = 0; i < c->count; i++)
        mem_unmap(c->stacks[i], stack_mapped_bytes(c, c->bytes));
    mem_free(c->stacks);
    pthread_mutex_destroy(&c->lock);
}

void *stack_cache_take(struct stack_cache *c, uint64_t bytes)
{
    void *stack = NULL;
    if (bytes <= c->bytes) {
        pthread_mutex_lock(&c->lock);
        if (c->count > 0)
            stack = c->stacks[--c->count];
        pthread_mutex_unlock(&c->lock);
    }
    return stack ? stack : mem_map(stack_mapped_bytes(c, bytes));
}

void stack_cache_give(struct stack_cache *c, void *stack, uint64_t bytes)
{
    if (stack && bytes <= c->bytes) {
        pthread_mutex_lock(&c->lock);
        if (c->count < c->places) {
            c->stacks[c->count++] = stack;
            stack = NULL;
        }
        pthread_mutex_unlock(&c->lock);
    }
    mem_unmap(stack, stack_mapped_bytes(c, bytes));
}
