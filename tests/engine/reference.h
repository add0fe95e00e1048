/*
 * reference.h - a second opinion: WebAssembly 2.0 (without SIMD, with tail calls) evaluated as the specification reads, one
 * instruction after the other over the binary, on a plain stack of 64-bit cells.
 *
 * It shares no code with the engine. It is slow, believes that the module is valid, knows one instance only, and ends the program
 * when the host's memory is exhausted. Fuel is counted by the documented cost model (DESIGN.md, "Fuel").
 *
 * Cells: i32 and f32 in the low half, the high half zero. References to functions: index + 1, 0 is null.
 */
#ifndef TESTS_ENGINE_REFERENCE_H
#define TESTS_ENGINE_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REFERENCE_MAX_VALUES 64

struct reference_type {
    uint8_t params[REFERENCE_MAX_VALUES], results[REFERENCE_MAX_VALUES];
    uint32_t nparams, nresults;
};

/* A host function: arguments in values[], which results replace. False traps. */
typedef bool (*reference_host_t)(void *env, uint64_t *values);

struct reference_func {
    uint32_t type;
    bool imported;
    reference_host_t host; /* of an import: to be set before a call */
    void *env;
    size_t start, end;            /* of the code in the module, behind the locals */
    uint32_t nlocals;             /* without parameters */
    struct reference_site *sites; /* by byte from `start` */
};

/* What the scan of a body found out about a byte where an instruction starts. */
struct reference_site {
    uint32_t charge;   /* cost of the straight-line block that starts here */
    size_t end, after; /* of block, loop, if: its `end`; where an if goes whose condition is 0 */
};

struct reference_segment {
    const uint8_t *bytes; /* data */
    uint64_t *elems;      /* elements */
    uint32_t count;
    bool dropped;
};

struct reference_table {
    uint64_t *elems;
    uint32_t size, max;
};

struct reference_export {
    const uint8_t *name;
    uint32_t len, index;
    uint8_t kind;
};

struct reference_label {
    size_t pos;     /* where a branch goes */
    size_t height;  /* of the stack below the values */
    uint32_t arity; /* values that a branch carries */
    bool is_loop;
};

struct reference_frame {
    uint32_t func;
    uint64_t offset;                /* of the instruction, in the module */
    struct reference_label *labels; /* the first of this frame's */
};

#define REFERENCE_MAX_FRAMES 4096

struct reference {
    const uint8_t *bytes;
    size_t len;
    struct reference_type *types;
    struct reference_func *funcs;
    struct reference_table *tables;
    struct reference_segment *elems, *datas;
    struct reference_export *exports;
    uint64_t *globals;
    uint8_t *global_types;
    uint32_t ntypes, nfuncs, ntables, nelems, ndatas, nexports, nglobals, nimported_globals;
    bool has_memory, has_start;
    uint32_t start;
    uint8_t *memory;
    uint64_t memory_size, memory_max; /* bytes */

    uint64_t *stack; /* operands and locals of all frames */
    size_t sp;
    struct reference_label *labels; /* of all frames */
    uint64_t fuel;
    uint32_t call_depth; /* frames that may lie on one another */

    /* after a trap */
    const char *trap; /* its name as cupel_trapcode_name gives it */
    struct reference_frame frames[REFERENCE_MAX_FRAMES]; /* outermost first */
    uint32_t nframes;
};

/* Parses a valid module; `bytes` must live on. Imported functions and globals are to be filled in. */
struct reference *reference_new(const uint8_t *bytes, size_t len);
void reference_delete(struct reference *r);
/* Active segments; then the start function. False if that trapped. */
bool reference_instantiate(struct reference *r);
/* Calls a function: arguments in values[], which its results replace. False if it trapped. */
bool reference_call(struct reference *r, uint32_t func, uint64_t *values);
/* Index of an exported item, UINT32_MAX if there is none. */
uint32_t reference_export(const struct reference *r, const char *name, uint8_t kind);

/* ---- Between its parts ---- */

/* LEB128 numbers; `at` moves on. */
uint64_t reference_u(const struct reference *r, size_t *at);
int64_t reference_s(const struct reference *r, size_t *at);
/* Moves `at` from an opcode behind its immediates. */
void reference_skip(const struct reference *r, size_t *at);
/* A block type's numbers of parameters and results; `at` moves on. */
void reference_blocktype(const struct reference *r, size_t *at, uint32_t *params,
                         uint32_t *results);
/* Fills in a function's sites. */
void reference_scan(const struct reference *r, struct reference_func *f);
/* Numeric instructions on operands a and b (a alone for unary ones); a trap's name or NULL. */
const char *reference_numeric(uint32_t op, uint64_t a, uint64_t b, uint64_t *out);
/* Whether a numeric opcode (0xfc00 + code behind that prefix) has one operand; else two. */
bool reference_is_unary(uint32_t op);
/* Bulk and table instructions: `op` is 0xfc00 + code; false if it trapped. */
bool reference_bulk(struct reference *r, uint32_t op, size_t *at);
bool reference_trap(struct reference *r, const char *name);
bool reference_pay(struct reference *r, uint64_t cost);
void *reference_alloc(size_t count, size_t size);

static inline uint64_t reference_pop(struct reference *r)
{
    return r->stack[--r->sp];
}
static inline void reference_push(struct reference *r, uint64_t v)
{
    r->stack[r->sp++] = v;
}

#endif
