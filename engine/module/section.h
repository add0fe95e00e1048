/*
 * section.h - what the files of the section decoder share; nobody else includes it.
 *
 * Each section_NAME reads the contents of one section from d->r, which ends where the section ends,
 * and checks them against spec 3.4 as far as they depend on nothing that comes later. What they
 * allocate belongs to d->m at once, so that module_fini cleans up after a failure.
 */
#ifndef CUPEL_MODULE_SECTION_H
#define CUPEL_MODULE_SECTION_H

#include "engine/module/module.h"

struct decoder {
    struct reader r;
    struct module *m;
    const struct decode_config *config;
    uint32_t data_count; /* of the data count section */
    uint32_t nbodies;    /* of the code section */
    uint64_t nlocals;    /* of all bodies, parameters included */
    bool out_of_memory;  /* while reading names */
};

/* Whether a section of that id may follow one at place `last` in the order, which it moves on. */
enum status section_check_order(uint8_t id, uint8_t *last, uint64_t offset,
                                struct errinfo *err) MUST_CHECK;
/* Magic number and version. */
#define MODULE_HEADER 8
enum status module_read_header(struct reader *r) MUST_CHECK;

enum status section_types(struct decoder *d) MUST_CHECK;
enum status section_imports(struct decoder *d) MUST_CHECK;
enum status section_functions(struct decoder *d) MUST_CHECK;
enum status section_tables(struct decoder *d) MUST_CHECK;
enum status section_memories(struct decoder *d) MUST_CHECK;
enum status section_globals(struct decoder *d) MUST_CHECK;
enum status section_exports(struct decoder *d) MUST_CHECK;
enum status section_start(struct decoder *d) MUST_CHECK;
enum status section_elements(struct decoder *d) MUST_CHECK;
enum status section_data_count(struct decoder *d) MUST_CHECK;
enum status section_code(struct decoder *d) MUST_CHECK;
enum status section_data(struct decoder *d) MUST_CHECK;
enum status section_custom(struct decoder *d) MUST_CHECK;

/* A constant expression that gives one value of type `type` (spec 3.3.10, 5.4.9). */
enum status read_const_expr(struct decoder *d, valtype type, struct init_expr *out) MUST_CHECK;

/* Notes that ref.func may name `func` in bodies; `func` is in range. */
static inline void declare_func(struct decoder *d, uint32_t func)
{
    d->m->declared_funcs[func / 64] |= UINT64_C(1) << (func % 64);
}

/* The code of tags (exceptions) among the kinds of imports and exports. */
#define KIND_TAG 4

/* Whether one more table or memory, the last of its index space, may be there; notes features. */
enum status count_table(struct decoder *d, const struct table *t, uint64_t offset) MUST_CHECK;
enum status count_memory(struct decoder *d, uint64_t offset) MUST_CHECK;

/* A function index in range: ERR_INVALID "unknown function". */
enum status read_funcidx(struct decoder *d, uint32_t *out) MUST_CHECK;

/* Makes room for `add` more elements of `size` bytes behind `count`, zeroed. */
enum status grow_array(struct decoder *d, void **array, uint32_t count, uint32_t add,
                       size_t size) MUST_CHECK;

/* Fails if `count` is above the limit in force. */
#define CHECK_LIMIT(d, field, count)                                                               \
    do {                                                                                           \
        if ((count) > limit_##field((d)->config))                                                  \
            return reader_limit(&(d)->r, #field, (count), limit_##field((d)->config));             \
    } while (0)

#endif
