/*
 * The limiter is asked where a memory or table is about to grow or to be made, after it is certain
 * that there is something to ask about and before anything is charged or done. It sees what the
 * maximum is and may allow more than that: then the growth fails behind its back, and it is told.
 *
 * A callback runs in the middle of an instruction, with the interpreter's state half-way. So while
 * one runs the store refuses to be called, to grow and to instantiate, rather than to rely on
 * nobody trying.
 */
#include "engine/runtime/limiter.h"

#include "engine/runtime/trap.h"

void cupel_limiter_init(cupel_limiter_t *limiter)
{
    *limiter = (cupel_limiter_t){.instances = 10000, .tables = 10000, .memories = 10000};
}

void cupel_store_set_limiter(cupel_store_t *store, const cupel_limiter_t *limiter)
{
    store->has_limiter = limiter != NULL;
    store->limiter = limiter ? *limiter : (cupel_limiter_t){0};
}

static enum room ask(struct cupel_store *s, const struct growth *g, cupel_trap_t **trap)
{
    const cupel_limiter_t *l = &s->limiter;
    cupel_growth_t (*growing)(void *, uint64_t, uint64_t, uint64_t, cupel_trap_t **) =
        g->kind == CUPEL_EXTERN_MEMORY ? l->memory_growing : l->table_growing;
    if (!growing)
        return ROOM_OK;
    struct callback_guard guard = store_enter_callback(s);
    cupel_growth_t answer = growing(l->env, g->current, g->desired, g->maximum, trap);
    store_leave_callback(s, guard);
    switch (answer) {
    case CUPEL_GROWTH_ALLOW:
        return ROOM_OK;
    case CUPEL_GROWTH_TRAP:
        return ROOM_TRAP;
    case CUPEL_GROWTH_DENY:
        break;
    }
    return ROOM_DENIED;
}

enum room limiter_ask(struct cupel_store *s, const struct growth *g)
{
    cupel_trap_t *trap = NULL;
    if (s->in_callback)
        return ROOM_BUSY;
    if (!s->has_limiter)
        return ROOM_OK;
    enum room room = ask(s, g, &trap);
    if (room == ROOM_TRAP)
        s->limiter_trap = trap;
    else
        cupel_trap_delete(trap);
    return room;
}

enum room limiter_tell(struct cupel_store *s, cupel_externkind_t kind, enum room room)
{
    const cupel_limiter_t *l = &s->limiter;
    void (*failed)(void *, cupel_grow_failure_t) =
        kind == CUPEL_EXTERN_MEMORY ? l->memory_grow_failed : l->table_grow_failed;
    if (!failed)
        return room;
    struct callback_guard guard = store_enter_callback(s);
    switch (room) {
    case ROOM_MAXIMUM:
        failed(l->env, CUPEL_GROW_FAILED_MAXIMUM);
        break;
    case ROOM_LIMIT:
        failed(l->env, CUPEL_GROW_FAILED_LIMIT);
        break;
    case ROOM_FUEL:
        failed(l->env, CUPEL_GROW_FAILED_FUEL);
        break;
    default:
        failed(l->env, CUPEL_GROW_FAILED_MEMORY);
    }
    store_leave_callback(s, guard);
    return room;
}

cupel_trap_t *limiter_take_trap(struct cupel_store *s)
{
    cupel_trap_t *trap = s->limiter_trap;
    s->limiter_trap = NULL;
    return trap;
}

enum status limiter_refusal(struct cupel_store *s, enum room room, cupel_externkind_t kind,
                            struct errinfo *err)
{
    const char *what = cupel_externkind_name(kind);
    if (room == ROOM_BUSY)
        return errinfo_set(err, ERR_MISUSE, NO_OFFSET,
                           "no %s can grow while a callback of the store runs", what);
    cupel_trap_t *trap = limiter_take_trap(s);
    enum status status =
        errinfo_limit(err, "limiter", NO_OFFSET, "the limiter refused the %s%s%s", what,
                      trap ? ": " : "", trap ? cupel_trap_message(trap) : "");
    cupel_trap_delete(trap);
    return status;
}

static uint32_t smaller(const struct cupel_store *s, uint32_t limit, uint32_t limiter)
{
    return s->has_limiter && limiter < limit ? limiter : limit;
}

uint32_t limiter_max_instances(const struct cupel_store *s)
{
    return smaller(s, s->limits.instances, s->limiter.instances);
}

uint32_t limiter_max_tables(const struct cupel_store *s)
{
    return smaller(s, s->limits.tables, s->limiter.tables);
}

uint32_t limiter_max_memories(const struct cupel_store *s)
{
    return smaller(s, s->limits.memories, s->limiter.memories);
}

bool grow_traps(struct cupel_store *s, enum room room, const char *limit)
{
    if (room == ROOM_TRAP) {
        s->exec.host_trap = limiter_take_trap(s);
        s->exec.trap_limit = "limiter";
        return true;
    }
    s->exec.trap_limit = limit;
    return room == ROOM_LIMIT && s->limits.trap_on_grow_failure;
}
