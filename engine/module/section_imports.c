/*
 * The import section (spec 5.5.5). Imports open every index space, and how many there are of a kind
 * is known only at the end, so the spaces grow as they are read, by doubling; the sections that
 * follow then make exactly the room they need.
 */
#include "engine/base/utf8.h"
#include "engine/module/feature_gate.h"
#include "engine/module/section.h"
#include "engine/module/valtypes.h"

/* Room for one more behind `count`: the array has room for the next power of two. */
static enum status grow_one(struct decoder *d, void **array, uint32_t count, size_t size)
{
    if (count & (count - 1))
        return OK;
    return grow_array(d, array, count, count ? count : 1, size);
}

static enum status import_func(struct decoder *d)
{
    struct module *m = d->m;
    struct func *f;
    TRY(grow_one(d, (void **)&m->funcs, m->nfuncs, sizeof *f));
    f = &m->funcs[m->nfuncs];
    TRY(read_typeidx(&d->r, m, &f->type_index)); /* spec 3.4.11 */
    f->type = m->types[f->type_index];
    m->nimported_funcs = ++m->nfuncs;
    CHECK_LIMIT(d, functions, m->nfuncs);
    return OK;
}

static enum status import_table(struct decoder *d)
{
    struct module *m = d->m;
    uint64_t offset = reader_offset(&d->r);
    struct table *t;
    TRY(grow_one(d, (void **)&m->tables, m->ntables, sizeof *t));
    t = &m->tables[m->ntables];
    TRY(read_tabletype(&d->r, d->config, &t->type));
    t->init = (struct init_expr){.kind = INIT_CONST, .type = t->type.element, .offset = offset};
    m->nimported_tables = ++m->ntables;
    return count_table(d, t, offset);
}

static enum status import_memory(struct decoder *d)
{
    struct module *m = d->m;
    uint64_t offset = reader_offset(&d->r);
    TRY(grow_one(d, (void **)&m->memories, m->nmemories, sizeof *m->memories));
    TRY(read_memtype(&d->r, d->config, &m->memories[m->nmemories]));
    m->nimported_memories = ++m->nmemories;
    return count_memory(d, offset);
}

static enum status import_global(struct decoder *d)
{
    struct module *m = d->m;
    uint64_t offset = reader_offset(&d->r);
    struct global *g;
    TRY(grow_one(d, (void **)&m->globals, m->nglobals, sizeof *g));
    g = &m->globals[m->nglobals];
    TRY(read_globaltype(&d->r, d->config, &g->type));
    m->features_used |= valtype_features(g->type.content);
    if (g->type.is_mutable) {
        TRY(feature_require(&d->r, d->config, FEATURE_MUTABLE_GLOBAL, offset,
                            "the import of a mutable global"));
        m->features_used |= FEATURE_BIT(MUTABLE_GLOBAL);
    }
    m->nimported_globals = ++m->nglobals;
    CHECK_LIMIT(d, globals, m->nglobals);
    return OK;
}

static enum status read_import(struct decoder *d, struct import *import)
{
    struct module *m = d->m;
    uint8_t kind;
    TRY(reader_name(&d->r, &import->module, "the module of an import"));
    TRY(reader_name(&d->r, &import->name, "the name of an import"));
    uint64_t offset = reader_offset(&d->r);
    TRY(reader_u8(&d->r, &kind, "the kind of an import"));
    import->kind = (cupel_externkind_t)kind;
    switch (kind) {
    case CUPEL_EXTERN_FUNC:
        import->index = m->nfuncs;
        return import_func(d);
    case CUPEL_EXTERN_TABLE:
        import->index = m->ntables;
        return import_table(d);
    case CUPEL_EXTERN_MEMORY:
        import->index = m->nmemories;
        return import_memory(d);
    case CUPEL_EXTERN_GLOBAL:
        import->index = m->nglobals;
        return import_global(d);
    case KIND_TAG:
        return feature_missing(&d->r, d->config, FEATURE_EXCEPTIONS, offset, "the import of a tag");
    default:
        return reader_fail_at(&d->r, ERR_MALFORMED, offset, "malformed import kind 0x%02x", kind);
    }
}

enum status section_imports(struct decoder *d)
{
    struct module *m = d->m;
    uint32_t count;
    /* Two empty names, a kind, an index. */
    TRY(reader_count(&d->r, 4, "imports", limit_imports(d->config), &count,
                     "the number of imports"));
    m->imports = mem_calloc(count, sizeof *m->imports);
    if (!m->imports)
        return errinfo_nomem(d->r.err);
    for (uint32_t i = 0; i < count; i++) {
        TRY(read_import(d, &m->imports[i]));
        m->nimports++;
    }
    return OK;
}
