/*
 * Functions, tables, memories and globals that a module defines (spec 5.5.6 to 5.5.9), each behind
 * the imported ones in its index space.
 */
#include "engine/module/feature_gate.h"
#include "engine/module/section.h"
#include "engine/module/valtypes.h"

enum status section_functions(struct decoder *d)
{
    struct module *m = d->m;
    uint32_t count;
    TRY(reader_count(&d->r, 1, "functions", limit_functions(d->config), &count,
                     "the number of functions"));
    CHECK_LIMIT(d, functions, (uint64_t)m->nfuncs + count);
    TRY(grow_array(d, (void **)&m->funcs, m->nfuncs, count, sizeof *m->funcs));
    for (uint32_t i = 0; i < count; i++) {
        struct func *f = &m->funcs[m->nfuncs];
        TRY(read_typeidx(&d->r, m, &f->type_index)); /* spec 3.4.1 */
        f->type = m->types[f->type_index];
        m->nfuncs++;
    }
    return OK;
}

enum status count_table(struct decoder *d, const struct table *t, uint64_t offset)
{
    struct module *m = d->m;
    m->features_used |= t->type.element == VT_FUNCREF ? 0 : FEATURE_BIT(REFERENCE_TYPES);
    if (m->ntables > 1) {
        TRY(feature_require(&d->r, d->config, FEATURE_REFERENCE_TYPES, offset, "a second table"));
        m->features_used |= FEATURE_BIT(REFERENCE_TYPES);
    }
    if (t->type.limits.is_64)
        m->features_used |= FEATURE_BIT(MEMORY64);
    CHECK_LIMIT(d, tables, m->ntables);
    return OK;
}

enum status section_tables(struct decoder *d)
{
    struct module *m = d->m;
    uint32_t count;
    /* A reference type, flags, a minimum. */
    TRY(reader_count(&d->r, 3, "tables", limit_tables(d->config), &count, "the number of tables"));
    CHECK_LIMIT(d, tables, (uint64_t)m->ntables + count);
    TRY(grow_array(d, (void **)&m->tables, m->ntables, count, sizeof *m->tables));
    for (uint32_t i = 0; i < count; i++) {
        uint64_t offset = reader_offset(&d->r);
        struct table *t = &m->tables[m->ntables];
        if (reader_left(&d->r) >= 2 && d->r.p[0] == 0x40 && d->r.p[1] == 0)
            return feature_missing(&d->r, d->config, FEATURE_FUNCTION_REFERENCES, offset,
                                   "a table with an initial value");
        TRY(read_tabletype(&d->r, d->config, &t->type));
        t->init = (struct init_expr){.kind = INIT_CONST, .type = t->type.element, .offset = offset};
        m->ntables++;
        TRY(count_table(d, t, offset));
    }
    return OK;
}

enum status count_memory(struct decoder *d, uint64_t offset)
{
    struct module *m = d->m;
    const struct memtype *t = &m->memories[m->nmemories - 1];
    if (m->nmemories > 1) { /* spec 3.4.10 of release 2.0: at most one */
        TRY(feature_require(&d->r, d->config, FEATURE_MULTI_MEMORY, offset, "a second memory"));
        m->features_used |= FEATURE_BIT(MULTI_MEMORY);
    }
    if (t->limits.is_64)
        m->features_used |= FEATURE_BIT(MEMORY64);
    if (t->page_log2 != 16)
        m->features_used |= FEATURE_BIT(CUSTOM_PAGE_SIZES);
    CHECK_LIMIT(d, memories, d->m->nmemories);
    return OK;
}

enum status section_memories(struct decoder *d)
{
    struct module *m = d->m;
    uint32_t count;
    /* Flags, a minimum. */
    TRY(reader_count(&d->r, 2, "memories", UINT32_MAX, &count, "the number of memories"));
    for (uint32_t i = 0; i < count; i++) {
        uint64_t offset = reader_offset(&d->r);
        TRY(grow_array(d, (void **)&m->memories, m->nmemories, 1, sizeof *m->memories));
        TRY(read_memtype(&d->r, d->config, &m->memories[m->nmemories]));
        m->nmemories++;
        TRY(count_memory(d, offset));
    }
    return OK;
}

enum status section_globals(struct decoder *d)
{
    struct module *m = d->m;
    uint32_t count;
    /* A value type, a mutability, an instruction, its operand, `end`. */
    TRY(reader_count(&d->r, 3, "globals", limit_globals(d->config), &count,
                     "the number of globals"));
    CHECK_LIMIT(d, globals, (uint64_t)m->nglobals + count);
    TRY(grow_array(d, (void **)&m->globals, m->nglobals, count, sizeof *m->globals));
    for (uint32_t i = 0; i < count; i++) {
        struct global *g = &m->globals[m->nglobals];
        TRY(read_globaltype(&d->r, d->config, &g->type));
        m->features_used |= valtype_features(g->type.content);
        TRY(read_const_expr(d, g->type.content, &g->init)); /* spec 3.4.4 */
        m->nglobals++;
    }
    return OK;
}
