/*
 * module.h - a decoded module: everything but the function bodies' meaning. Immutable once built.
 *
 * All borrowed names, segments and custom sections point into `bytes`, which the module owns.
 */
#ifndef CUPEL_MODULE_MODULE_H
#define CUPEL_MODULE_MODULE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/status.h"
#include "engine/base/vec.h"
#include "engine/cupel.h"
#include "engine/module/reader.h"
#include "engine/module/types.h"

struct import {
    cupel_name_t module, name;
    cupel_externkind_t kind;
    uint32_t index; /* in its index space: functions count imported functions, and so on */
};

struct export
{
    cupel_name_t name;
    cupel_externkind_t kind;
    uint32_t index;
};

/* A constant expression, evaluated as far as it can be without an instance. */
enum init_kind {
    INIT_CONST,     /* bits: a number, or 0 for ref.null */
    INIT_EXTENDED,  /* offset: where the expression starts in `bytes`; see const_expr.h */
    INIT_REF_FUNC,  /* index: a function */
    INIT_GLOBAL_GET /* index: an (imported, immutable) global */
};
struct init_expr {
    uint8_t kind;
    valtype type;
    uint32_t index;
    uint64_t bits, high; /* `high`: the upper half of a v128 */
    uint64_t offset;     /* in the module, for errors */
};

struct func {
    functype *type; /* a reference held through the module's types */
    uint32_t type_index;
    uint32_t body_offset; /* in the module, just behind the body's size; 0 for imports */
    uint32_t body_len;
};

struct table {
    struct tabletype type;
    struct init_expr init; /* ref.null by default */
};

struct global {
    struct globaltype type;
    struct init_expr init; /* unused for imports */
};

enum segment_mode { SEGMENT_ACTIVE, SEGMENT_PASSIVE, SEGMENT_DECLARATIVE };

struct elem_segment {
    uint8_t mode;
    valtype type;
    uint32_t table;
    struct init_expr offset;
    uint32_t count;
    const uint32_t *funcs;         /* function indices, NO_INDEX for null; or NULL and */
    const struct init_expr *items; /* expressions */
};

struct data_segment {
    uint8_t mode;
    uint32_t memory;
    struct init_expr offset;
    uint32_t len;
    const uint8_t *bytes;
};

/* What the engine's configuration says about decoding and validating. */
struct decode_config {
    uint64_t features;              /* FEATURE_BIT()s that are on */
    cupel_enforced_limits_t limits; /* 0: the engine's own limit of limits.def holds */
    struct type_registry *types;
    bool ignore_custom_sections; /* keep none */
    bool ignore_names;           /* do not read the name section */
    bool no_start_fn;            /* refuse a module with a start function */
    bool skeleton; /* `bytes` are those of an image: no code section, bodies given elsewhere */
};

struct func_name {
    uint32_t index;
    cupel_name_t name; /* borrowed */
};

struct module {
    struct type_registry *registry;
    uint8_t *bytes; /* owned copy */
    size_t len;
    uint64_t features_used;

    uint32_t ntypes;
    functype **types; /* interned, one reference each */

    uint32_t nimports;
    struct import *imports;
    uint32_t nexports;
    struct export *exports;
    uint32_t *export_order; /* export indices sorted by name (length, then bytes), for lookup */

    /* index spaces, imports first */
    uint32_t nfuncs, nimported_funcs;
    struct func *funcs;
    uint32_t ntables, nimported_tables;
    struct table *tables;
    uint32_t nmemories, nimported_memories;
    struct memtype *memories;
    uint32_t nglobals, nimported_globals;
    struct global *globals;

    uint32_t nelems;
    struct elem_segment *elems;
    uint32_t ndatas;
    struct data_segment *datas;
    bool has_data_count;

    bool has_start;
    uint32_t start;

    uint32_t ncustoms;
    cupel_custom_section_t *customs;

    size_t code_offset, code_len; /* the code section's contents */
    uint64_t *declared_funcs;     /* bit set: functions that ref.func may name in bodies */

    /* from the name section, sorted by function index; what is malformed there is ignored */
    uint32_t nfunc_names;
    struct func_name *func_names;
    cupel_name_t name; /* of the module */
};

/* Decodes `len` bytes (copied) and validates all but the function bodies (spec 3.4, 5.5). On
 * failure `m` needs no fini. */
enum status module_decode(struct module *m, const struct decode_config *config,
                          const uint8_t *bytes, size_t len, struct errinfo *err) MUST_CHECK;
/* The same with bytes of a size that is allowed, which it takes over, also on failure. */
enum status module_decode_own(struct module *m, const struct decode_config *config,
                              uint8_t *own_bytes, size_t len, struct errinfo *err) MUST_CHECK;
/* ERR_LIMIT if a module of `len` bytes is too large. */
enum status module_check_size(const struct decode_config *config, uint64_t len,
                              struct errinfo *err) MUST_CHECK;
/* An allocated copy of a module's bytes, if the size is allowed. */
enum status module_copy_bytes(const struct decode_config *config, const uint8_t *bytes, size_t len,
                              uint8_t **out, struct errinfo *err) MUST_CHECK;
void module_fini(struct module *m);

/* ---- frame.c: a module that is still coming in ---- */

/* Begins zeroed. */
struct module_frame {
    uint64_t next; /* where the next section begins; 0: the header is to come */
    uint8_t order; /* place in the order of the last section */
};
/* Looks at the `len` bytes that are there by now, of which those that were there before are the
 * same: fails if no module within the limits can begin so. */
enum status module_frame_check(struct module_frame *frame, const struct decode_config *config,
                               const uint8_t *bytes, size_t len, struct errinfo *err) MUST_CHECK;

/* NULL if there is none. */
const struct export *module_find_export(const struct module *m, const char *name, size_t len);
/* Empty if there is none. */
cupel_name_t module_find_func_name(const struct module *m, uint32_t func);
static inline bool module_func_is_declared(const struct module *m, uint32_t func)
{
    return m->declared_funcs[func / 64] >> (func % 64) & 1;
}

/* The limit in force: the configured one or the engine's own. One accessor per row of limits.def,
 * e.g. limit_locals(config). */
#define LIMIT(field, type, own, text) type limit_##field(const struct decode_config *config);
#include "engine/module/limits.def"
#undef LIMIT

#endif
