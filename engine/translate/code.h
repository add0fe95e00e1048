/*
 * code.h - a module's translated code.
 *
 * All functions lie in one arena, so that a place in the code is one 32-bit offset: that is what
 * return addresses in frames are. The arena begins with a header of ops that return addresses may
 * name: CODE_EXIT, CODE_CROSS_RETURN, CODE_TAIL_RETURN; the word before each is 0, the `D` of their
 * "call".
 *
 * An arena is filled at once (code_translate), or function by function, each at its first call:
 * translated then (code_init_lazy, code_translate_func), or fetched to a place that is known
 * beforehand (code_init_stored). The entry of a function that is still to come is an op of its own,
 * its stub, which has that done. A lazy arena is reserved address space, so that it never moves while
 * it grows; other threads run what is there already.
 */
#ifndef CUPEL_TRANSLATE_CODE_H
#define CUPEL_TRANSLATE_CODE_H

#include "engine/base/vec.h"
#include "engine/module/module.h"
#include "engine/translate/layout.h"

#define CODE_EXIT         8  /* leaves the interpreter */
#define CODE_CROSS_RETURN 24 /* goes back to the instance named in the frame */
#define CODE_TAIL_RETURN  40 /* goes back to the caller of what was left by a tail call */
#define CODE_HEADER       48 /* functions start here, or behind stubs */
#define CODE_STUB         8  /* bytes of a stub */

/*
 * A frame, from its frame pointer `fp`:
 *   fp[-m .. -1]  parameters, overlaid by results on return; m = frame_values(type), the larger
 *                 of both in slots
 *   fp[0]         low half: return offset; high half: calls that are still allowed within this one
 *   fp[1]         used by calls across instances: low half: return offset in the caller's code,
 *                 high half: the caller's instance id
 *   fp[2]         used by tail calls: low half: bytes from the frame that the caller expects up to
 *                 this one
 *   fp[3 ..]      locals, then the operand stack
 *
 * A tail call replaces the frame. Parameters start at the same place, so a callee with more or
 * fewer values has its frame pointer elsewhere than the caller expects: then the return offset is
 * CODE_TAIL_RETURN, and fp[1] and fp[2] say how to go on: return offset (CODE_EXIT too) and
 * instance of the caller, and the distance.
 */
#define FRAME_HEADER_SLOTS 3

static inline uint32_t frame_values(const functype *t)
{
    return t->param_slots > t->result_slots ? t->param_slots : t->result_slots;
}

/* By function index, imports included (entry NULL). Read by handlers; `entry` by code_entry. */
struct code_func {
    const uint8_t *entry;
    uint32_t type_id; /* canonical */
    uint32_t values;  /* frame_values(type) */
};

/*
 * The entry of a function that another thread may be translating. What lies there is written before
 * the entry is (code_publish); reading it depends on the address, which is order enough for
 * processors, but not for what checks programs for races, nor does it cost anything on x86.
 */
#if defined(__SANITIZE_THREAD__)
#define CODE_ENTRY_ORDER __ATOMIC_ACQUIRE
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define CODE_ENTRY_ORDER __ATOMIC_ACQUIRE
#endif
#endif
#ifndef CODE_ENTRY_ORDER
#ifdef __x86_64__
#define CODE_ENTRY_ORDER __ATOMIC_ACQUIRE
#else
#define CODE_ENTRY_ORDER __ATOMIC_RELAXED
#endif
#endif
static inline const uint8_t *code_entry(const struct code_func *f)
{
    return __atomic_load_n(&f->entry, CODE_ENTRY_ORDER);
}

/* Where a defined function lies in the arena and in the position table. */
struct code_range {
    uint32_t start, end;               /* bytes in the arena; 0, 0 before its translation */
    uint32_t positions, positions_end; /* its entries in `positions` */
    uint32_t body;                     /* offset of its body in the Wasm it is translated from */
};

/* The block of an arena that is gone, for the next one. Zeroed there is none; any thread may use it. */
struct code_spare {
    uint8_t *block; /* by atomic operations only; begins with its size in bytes */
};
void code_spare_fini(struct code_spare *spare);

struct code {
    uint8_t *base;   /* the arena, allocated; it must not move once linked */
    size_t len;      /* bytes in use */
    size_t mapped;   /* bytes allocated */
    size_t reserved; /* of a lazy arena: bytes of address space; else 0 */
    uint32_t stubs;  /* of a lazy arena: where they are; else 0 */
    uint32_t nfuncs, nimported;
    struct code_func *funcs;
    struct code_range *ranges; /* by function index - nimported; ascending unless in `order` */
    /* Where functions are translated at their first call: index - nimported of each that is, in the
     * order of their places. NULL otherwise. */
    uint32_t *order;
    uint32_t ntranslated;
    /* LEB128 pairs (code offset delta, Wasm offset delta) for each op that may trap or call, from
     * the function's start and body offset */
    VEC(uint8_t) positions;
    struct layout layout;
    struct code_spare *spare; /* takes the arena when it goes; may be NULL */
    bool linked;
};

struct translate_config {
    bool fuel;        /* emit fuel accounting */
    bool guard_pages; /* memories have them: accesses need no check */
    bool unfused;     /* no op stands for more than one instruction: for tests, to compare with */
    struct code_spare
        *spare; /* where arenas come from and go to; NULL: from the heap. Outlives them */
};

/* Static offsets up to this much need no explicit check in a memory with guard pages: below GUARDED_OFFSETS, which leaves room for the widest access. */
#define GUARD_BYTES     (UINT64_C(32) << 20)
#define GUARDED_OFFSETS (GUARD_BYTES - 15)
static inline bool guard_covers(uint64_t offset)
{
    return offset < GUARDED_OFFSETS;
}

/* Validates, translates and links all functions. On failure nothing is left. */
enum status code_translate(struct code *code, const struct module *m,
                           const struct decode_config *config, const struct translate_config *how,
                           const void *const *handlers, uint64_t *features_used,
                           struct errinfo *err) MUST_CHECK;
void code_fini(struct code *code);

/*
 * A lazy arena for m, linked, with nothing but stubs. What changes it, and what reads anything of
 * it but `base`, `funcs` and code that runs, needs a lock of the caller's.
 */
enum status code_init_lazy(struct code *code, const struct module *m,
                           const struct decode_config *config, const void *const *handlers,
                           struct errinfo *err) MUST_CHECK;
/* Validates, translates and links one function of a lazy arena, and publishes its entry. On failure
 * it is as before. Adds to `features_used`. */
enum status code_translate_func(struct code *code, const struct module *m,
                                const struct decode_config *config,
                                const struct translate_config *how, const void *const *handlers,
                                uint32_t func, uint64_t *features_used,
                                struct errinfo *err) MUST_CHECK;
/* A lazy arena for `len` bytes of code whose ranges are in `code`, which code_init has made; with a
 * header and stubs, linked. */
enum status code_init_stored(struct code *code, const struct module *m, size_t len,
                             const void *const *handlers, struct errinfo *err) MUST_CHECK;
/* The code of a defined function is there and linked: from now on calls find it. */
void code_publish(struct code *code, uint32_t func);
/* Whether `offset` lies in the stubs, */
static inline bool code_is_stub(const struct code *code, uint32_t offset)
{
    return code->stubs && offset >= code->stubs &&
           offset - code->stubs < CODE_STUB * (uint64_t)(code->nfuncs - code->nimported);
}
/* and of which function. */
static inline uint32_t code_stub_func(const struct code *code, uint32_t offset)
{
    return code->nimported + (offset - code->stubs) / CODE_STUB;
}
/* Whether the code of a defined function is there. */
static inline bool code_has_func(const struct code *code, uint32_t func)
{
    return !code_is_stub(code, (uint32_t)(code_entry(&code->funcs[func]) - code->base));
}

/* Room for `n` more bytes in the arena, of at most `limit` in all. */
enum status code_reserve(struct code *code, size_t n, uint64_t limit, uint64_t offset,
                         struct errinfo *err) MUST_CHECK;
/* The first block of an arena: about `n` bytes, or what was spared. */
enum status code_reserve_first(struct code *code, size_t n, uint64_t limit,
                               struct errinfo *err) MUST_CHECK;
/* Gives an arena's block back, to the spare or to the heap. */
void code_release(struct code *code);
/* An empty arena for m, with its layout. */
enum status code_init(struct code *code, const struct module *m, struct errinfo *err) MUST_CHECK;

/* Fills in `funcs` from m's types and the ranges; of an arena that was translated or read. */
enum status code_index(struct code *code, const struct module *m, struct errinfo *err) MUST_CHECK;

/* Replaces op numbers by handlers (handlers[number]) and type indices by canonical ids. */
void code_link(struct code *code, const struct module *m, const void *const *handlers);
/* The same for the header, and for one function. */
void code_link_header(struct code *code, const void *const *handlers);
void code_link_func(struct code *code, const struct module *m, const void *const *handlers,
                    uint32_t func);

/* The function (index) that the code offset lies in, NO_INDEX if none. */
uint32_t code_func_at(const struct code *code, uint32_t offset);
/* The Wasm byte offset of the last recorded op of `func` that starts at or before `offset` (for a
 * return address pass it less 1); NO_OFFSET if there is none. */
uint64_t code_position(const struct code *code, uint32_t func, uint32_t offset);
/* Where the body of a function that is not imported begins in that Wasm. */
uint64_t code_body(const struct code *code, uint32_t func);

#endif
