/*
 * Room for code. Code that is translated at once grows on the heap and moves until it is linked. A
 * lazy arena must not move, since other threads run what is in it: it is reserved as address space
 * as large as the code can get, and its pages are committed as it grows.
 *
 * How large code can get follows from the largest op sequences per byte of a body (a branch that
 * carries a thousand values is two bytes long), and is far more than any real module needs. Address
 * space costs nothing, but a host may be short of it, so less will do down to what real modules
 * take many times over; beyond what was reserved a function is refused, as beyond any limit.
 *
 * A block of the heap that is as large as a module's code comes from the kernel and goes back there, and
 * fresh pages cost more than translating into them. So an engine spares the last block that a module gave
 * back.
 *
 * Code that is fetched from an image has its places already; the stubs lie behind it.
 */
#include "engine/isa/ir.h"
#include "engine/translate/code.h"

/* Pages of all hosts divide it. */
#define STEP            ((size_t)64 << 10)
#define SPARED_FROM     ((size_t)64 << 10) /* smaller blocks stay with the heap anyway */
#define SPARED_UP_TO    ((size_t)16 << 20)
#define MOST_PER_BYTE   ((uint64_t)64 << 10)
#define ENOUGH_PER_BYTE 64

static uint64_t round_up(uint64_t n)
{
    return (n + STEP - 1) & ~(uint64_t)(STEP - 1);
}

/* `mapped` is whole pages until it meets the limit, behind which nothing is ever committed. */
static enum status commit(struct code *code, size_t n, uint64_t limit, struct errinfo *err)
{
    size_t want = round_up(code->len + n + code->mapped / 8);
    if (want > code->reserved)
        want = code->reserved;
    if (!mem_commit(code->base + code->mapped, want - code->mapped))
        return errinfo_nomem(err);
    code->mapped = want < limit ? want : (size_t)limit;
    return OK;
}

static enum status move(struct code *code, size_t n, uint64_t limit, struct errinfo *err)
{
    size_t want = code->mapped + code->mapped / 2 + n + 4096;
    if (want > limit)
        want = (size_t)limit;
    uint8_t *base = mem_realloc(code->base, want);
    if (!base)
        return errinfo_nomem(err);
    code->base = base;
    code->mapped = want;
    return OK;
}

static uint8_t *exchange_spare(struct code_spare *spare, uint8_t *block)
{
    return __atomic_exchange_n(&spare->block, block, __ATOMIC_ACQ_REL);
}

void code_spare_fini(struct code_spare *spare)
{
    mem_free(exchange_spare(spare, NULL));
}

void code_release(struct code *code)
{
    uint8_t *block = code->base;
    if (code->spare && block && code->mapped >= SPARED_FROM && code->mapped <= SPARED_UP_TO) {
        ir_put64(block, 0, code->mapped);
        block = exchange_spare(code->spare, block);
    }
    mem_free(block);
}

enum status code_reserve_first(struct code *code, size_t n, uint64_t limit, struct errinfo *err)
{
    uint8_t *block = code->spare && n >= SPARED_FROM ? exchange_spare(code->spare, NULL) : NULL;
    if (!block || ir_u64(block, 0) > limit) {
        mem_free(block);
        return code_reserve(code, n, limit, NO_OFFSET, err);
    }
    code->base = block;
    code->mapped = (size_t)ir_u64(block, 0);
    return OK;
}

enum status code_reserve(struct code *code, size_t n, uint64_t limit, uint64_t offset,
                         struct errinfo *err)
{
    if (code->reserved && code->reserved < limit)
        limit = code->reserved;
    if (code->len + n > limit)
        return errinfo_limit(err, "code_bytes", offset,
                             "limit \"code_bytes\" exceeded: %zu, at most %llu", code->len + n,
                             (unsigned long long)limit);
    return code->reserved ? commit(code, n, limit, err) : move(code, n, limit, err);
}

/* Address space for a lazy arena: `fixed` bytes, and the code of `bodies` bytes. */
static enum status reserve_arena(struct code *code, uint64_t fixed, uint64_t bodies, uint64_t limit,
                                 struct errinfo *err)
{
    uint64_t most = round_up(limit < SIZE_MAX / 4 ? limit : SIZE_MAX / 4);
    uint64_t want = round_up(fixed + MOST_PER_BYTE * bodies);
    uint64_t enough = round_up(fixed + ENOUGH_PER_BYTE * bodies);
    if (want > most)
        want = most;
    if (enough > want)
        enough = want;
    do {
        code->base = mem_reserve((size_t)want);
        if (code->base) {
            code->reserved = (size_t)want;
            return OK;
        }
        want = round_up(want / 4);
    } while (want >= enough);
    return errinfo_nomem(err);
}

/* The header, a stub for each defined function at `stubs`, and the entries; all linked. */
static void fill(struct code *code, const struct module *m, uint32_t stubs,
                 const void *const *handlers)
{
    ir_put64(code->base, CODE_EXIT, IR_EXIT);
    ir_put64(code->base, CODE_CROSS_RETURN, IR_CROSS_RETURN);
    ir_put64(code->base, CODE_TAIL_RETURN, IR_TAIL_RETURN);
    code_link_header(code, handlers);
    code->stubs = stubs;
    uint64_t stub = (uint64_t)(uintptr_t)handlers[IR_TRANSLATE];
    for (uint32_t f = 0; f < code->nfuncs; f++) {
        code->funcs[f].type_id = m->funcs[f].type->id;
        code->funcs[f].values = frame_values(m->funcs[f].type);
        if (f < code->nimported)
            continue;
        uint8_t *p = code->base + stubs + CODE_STUB * (size_t)(f - code->nimported);
        ir_put64(p, 0, stub);
        code->funcs[f].entry = p;
    }
    code->linked = true;
}

static enum status fill_lazy(struct code *code, const struct module *m,
                             const struct decode_config *config, const void *const *handlers,
                             struct errinfo *err)
{
    uint32_t n = code->nfuncs - code->nimported;
    uint64_t fixed = CODE_HEADER + CODE_STUB * (uint64_t)n;
    code->order = mem_alloc(n * sizeof *code->order);
    if (!code->order)
        return errinfo_nomem(err);
    uint64_t limit = limit_code_bytes(config);
    TRY(reserve_arena(code, fixed, m->code_len, limit, err));
    TRY(code_reserve(code, fixed, limit, NO_OFFSET, err));
    code->len = fixed;
    for (uint32_t i = 0; i < n; i++)
        code->ranges[i].body = m->funcs[code->nimported + i].body_offset;
    fill(code, m, CODE_HEADER, handlers);
    return OK;
}

enum status code_init_lazy(struct code *code, const struct module *m,
                           const struct decode_config *config, const void *const *handlers,
                           struct errinfo *err)
{
    TRY(code_init(code, m, err));
    enum status status = fill_lazy(code, m, config, handlers, err);
    if (status != OK)
        code_fini(code);
    return status;
}

/* Pages come as functions do, so that code which is never called costs address space alone. */
enum status code_init_stored(struct code *code, const struct module *m, size_t len,
                             const void *const *handlers, struct errinfo *err)
{
    uint64_t size = len + CODE_STUB * (uint64_t)(code->nfuncs - code->nimported);
    uint8_t *base = size > UINT32_MAX ? NULL : mem_map(round_up(size));
    if (!base)
        return errinfo_nomem(err);
    code->base = base;
    code->reserved = code->mapped = round_up(size);
    code->len = len;
    fill(code, m, (uint32_t)len, handlers);
    return OK;
}
