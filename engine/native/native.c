/*
 * The machine code of a module.
 *
 * Its region begins with a slot for each function, which direct calls jump through: it holds the address of the function's machine code, or of a piece that
 * dispatches the function's first op. Then come the constants of the stencils, what all functions share, and the functions in the order of their first calls. It is made
 * at the first of these, and lasts as long as the module.
 *
 * A stitched function is entered by its slot, and from everywhere else by the handlers of its ops, which are written over the interpreter's: each
 * is one aligned word, so another thread that runs the function at this moment finds either, and both are right.
 */
#include "config.h"

#include "engine/runtime/native.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "engine/base/alloc.h"
#include "engine/isa/ir.h"
#include "engine/native/op_numbers.h"
#include "engine/native/region.h"
#include "engine/native/x86_64/stitch.h"
#include "engine/runtime/interp.h"
#include "engine/translate/code.h"

/* Address space for the machine code of a byte of Wasm, several times what it takes; and the least there is for a module. */
#define REGION_PER_BYTE 48
#define REGION_LEAST    ((size_t)256 << 10)
#define REGION_MOST     ((size_t)1 << 30)
/* What the budget is asked for at a time. */
#define GRANT ((size_t)64 << 10)

struct native {
    const struct code *code;
    struct native_budget *budget;
    size_t wasm_bytes;
    pthread_mutex_t lock; /* of all below, but that `maps` and `run` may be read without */
    struct region region;
    struct stitch_place place;
    struct stitch_scratch scratch;
    size_t granted, described;         /* bytes: from the budget; of maps */
    bool closed;                       /* no more functions are stitched */
    bool inactive;                     /* all are interpreted */
    _Atomic uintptr_t run;             /* of the region; 0 until there is one */
    struct native_map *_Atomic maps[]; /* by function index - nimported; NULL: not stitched */
};

bool native_supported(void)
{
    return interp_first_call_handler(IR_ENTER) != NULL;
}

struct native *native_new(const struct code *code, size_t wasm_bytes, struct native_budget *budget)
{
    uint32_t n = code->nfuncs - code->nimported;
    struct native *native =
        native_supported() ? mem_calloc(1, sizeof *native + n * sizeof(void *)) : NULL;
    if (!native)
        return NULL;
    if (pthread_mutex_init(&native->lock, NULL) != 0) {
        mem_free(native);
        return NULL;
    }
    op_numbers_init();
    native->code = code;
    native->budget = budget;
    native->wasm_bytes = wasm_bytes;
    return native;
}

static uint32_t defined_funcs(const struct native *n)
{
    return n->code->nfuncs - n->code->nimported;
}

static struct native_map *map_of(const struct native *n, uint32_t i)
{
    return atomic_load_explicit(&((struct native *)(uintptr_t)n)->maps[i], memory_order_acquire);
}

void native_delete(struct native *n)
{
    if (!n)
        return;
    for (uint32_t i = 0; i < defined_funcs(n); i++)
        mem_free(map_of(n, i));
    region_delete(&n->region);
    stitch_scratch_fini(&n->scratch);
    atomic_fetch_sub_explicit(&n->budget->used, n->granted, memory_order_relaxed);
    pthread_mutex_destroy(&n->lock);
    mem_free(n);
}

/* ---- Handlers in the internal code ---- */

static void set_handler(const struct native *n, uint32_t at, uint64_t handler)
{
    __atomic_store_n((uint64_t *)(void *)(n->code->base + at), handler, __ATOMIC_RELEASE);
}

static const struct code_range *range_of(const struct native *n, uint32_t i)
{
    return &n->code->ranges[i];
}

/* Makes the ops of a stitched function machine code, or the interpreter's again. */
static void set_handlers(const struct native *n, uint32_t i, bool machine_code)
{
    const struct native_map *map = map_of(n, i);
    const void *const *handlers = interp_handlers();
    uintptr_t run = (uintptr_t)n->region.run + map->start;
    uint32_t at = range_of(n, i)->start;
    for (uint32_t k = 0; k < map->nops; k++) {
        uint16_t op = map->ops[k].op;
        set_handler(n, at, machine_code ? run : (uintptr_t)handlers[op]);
        run += map->ops[k].len;
        at += ir_len_of((enum ir_op)op, n->code->base + at);
    }
}

static void set_slot(const struct native *n, uint32_t i, uint32_t to)
{
    uint64_t *slots = (uint64_t *)(void *)n->region.write;
    __atomic_store_n(&slots[n->code->nimported + i], (uintptr_t)n->region.run + to,
                     __ATOMIC_RELEASE);
}

static uint64_t handler_at(const struct native *n, uint32_t at)
{
    return __atomic_load_n((const uint64_t *)(const void *)(n->code->base + at), __ATOMIC_RELAXED);
}

/* The first call of a function that has been translated is to stitch it, */
static void expect(const struct native *n, uint32_t i)
{
    const void *const *handlers = interp_handlers();
    uint32_t at = range_of(n, i)->start;
    uint64_t handler = range_of(n, i)->end > at ? handler_at(n, at) : 0;
    if (handler == (uintptr_t)handlers[IR_ENTER])
        set_handler(n, at, (uintptr_t)interp_first_call_handler(IR_ENTER));
    else if (handler == (uintptr_t)handlers[IR_ENTER_FUEL])
        set_handler(n, at, (uintptr_t)interp_first_call_handler(IR_ENTER_FUEL));
}

/* or no longer. */
static void expect_no_more(const struct native *n, uint32_t at)
{
    set_handler(n, at, (uintptr_t)interp_handlers()[op_number_at(n->code->base + at)]);
}

void native_expect(struct native *n, uint32_t func)
{
    pthread_mutex_lock(&n->lock);
    if (!n->inactive && !n->closed)
        expect(n, func - n->code->nimported);
    pthread_mutex_unlock(&n->lock);
}

/* From now on a stitched function runs as machine code, or is interpreted. */
static void use(const struct native *n, uint32_t i, bool machine_code)
{
    set_handlers(n, i, machine_code);
    set_slot(n, i, machine_code ? map_of(n, i)->start : n->place.call);
}

/* ---- Stitching ---- */

static size_t round_to(size_t n, size_t unit)
{
    return (n + unit - 1) / unit * unit;
}

/* Room for more machine code, which the budget must allow. */
static bool grant(struct native *n, size_t want)
{
    while (n->granted < want) {
        size_t used = atomic_fetch_add_explicit(&n->budget->used, GRANT, memory_order_relaxed);
        if (used + GRANT > n->budget->limit) {
            atomic_fetch_sub_explicit(&n->budget->used, GRANT, memory_order_relaxed);
            return false;
        }
        n->granted += GRANT;
    }
    return true;
}

static bool begin(struct native *n)
{
    uint32_t pool_size;
    const uint8_t *pool = stitch_pool(&pool_size);
    size_t fixed = round_to(8 * (size_t)n->code->nfuncs, 64) + round_to(pool_size, 64);
    size_t size = fixed + REGION_PER_BYTE * n->wasm_bytes;
    size = round_to(size < REGION_LEAST ? REGION_LEAST : size, 4096);
    if (size > REGION_MOST || !grant(n, fixed) || !region_new(&n->region, size))
        return false;
    n->place = (struct stitch_place){.write = n->region.write,
                                     .run = (uintptr_t)n->region.run,
                                     .end = (uint32_t)size,
                                     .pool = (uint32_t)round_to(8 * (size_t)n->code->nfuncs, 64),
                                     .at = (uint32_t)fixed};
    memcpy(n->region.write + n->place.pool, pool, pool_size);
    stitch_begin(&n->place);
    for (uint32_t i = 0; i < defined_funcs(n); i++)
        set_slot(n, i, n->place.call);
    atomic_store_explicit(&n->run, (uintptr_t)n->region.run, memory_order_release);
    return true;
}

static bool stitch_func(struct native *n, uint32_t i)
{
    const struct code_range *range = range_of(n, i);
    if (!n->closed && !n->region.run)
        n->closed = !begin(n);
    if (n->closed)
        return false;
    region_expect(&n->region, n->place.at);
    struct native_map *map =
        stitch(&n->place, &n->scratch, n->code->base, range->start, range->end);
    if (!map)
        return false;
    n->described += sizeof *map + map->nops * sizeof *map->ops;
    atomic_store_explicit(&n->maps[i], map, memory_order_release);
    n->closed = !grant(n, n->place.at + n->described);
    use(n, i, true);
    return true;
}

void native_first_call(struct native *n, const uint8_t *ip)
{
    uint32_t at = (uint32_t)(ip - n->code->base);
    pthread_mutex_lock(&n->lock);
    uint32_t i = code_func_at(n->code, at) - n->code->nimported;
    if (!map_of(n, i) && (n->inactive || !stitch_func(n, i)))
        expect_no_more(n, at);
    pthread_mutex_unlock(&n->lock);
}

/* ---- Between the tiers ---- */

/* Functions that have not been called wait for that at their first op. */
static void use_all(struct native *n, bool machine_code)
{
    for (uint32_t i = 0; i < defined_funcs(n); i++) {
        uint32_t at = range_of(n, i)->start;
        if (map_of(n, i))
            use(n, i, machine_code);
        else if (machine_code && !n->closed)
            expect(n, i);
        else if (!machine_code && range_of(n, i)->end > at)
            expect_no_more(n, at);
    }
}

void native_set_active(struct native *n, bool active)
{
    pthread_mutex_lock(&n->lock);
    if (n->inactive == active)
        use_all(n, active);
    n->inactive = !active;
    pthread_mutex_unlock(&n->lock);
}

void native_begin_reading(struct native *n)
{
    pthread_mutex_lock(&n->lock);
    use_all(n, false);
}

void native_end_reading(struct native *n)
{
    if (!n->inactive)
        use_all(n, true);
    pthread_mutex_unlock(&n->lock);
}

/* ---- Queries ---- */

static const uint8_t *place_in(const struct native *n, uint32_t i, uint32_t at)
{
    const struct native_map *map = map_of(n, i);
    uint32_t op_at = range_of(n, i)->start, end = map->start;
    for (uint32_t k = 0; k < map->nops; k++) {
        end += map->ops[k].len;
        if (at < end)
            return n->code->base + op_at;
        op_at += ir_len_of((enum ir_op)map->ops[k].op, n->code->base + op_at);
    }
    return NULL;
}

const uint8_t *native_place(const struct native *n, uintptr_t pc)
{
    uintptr_t run =
        atomic_load_explicit(&((struct native *)(uintptr_t)n)->run, memory_order_acquire);
    if (!run || pc < run || pc - run >= n->region.size)
        return NULL;
    uint32_t at = (uint32_t)(pc - run);
    for (uint32_t i = 0; i < defined_funcs(n); i++) {
        const struct native_map *map = map_of(n, i);
        if (map && at >= map->start && at - map->start < map->len)
            return place_in(n, i, at);
    }
    return NULL;
}

size_t native_code_bytes(const struct native *n)
{
    struct native *w = (struct native *)(uintptr_t)n;
    pthread_mutex_lock(&w->lock);
    size_t bytes = w->place.at + w->described;
    pthread_mutex_unlock(&w->lock);
    return bytes;
}
