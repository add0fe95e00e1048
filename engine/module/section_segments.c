/*
 * Element and data segments (spec 5.5.12, 5.5.14, 5.5.15). Element expressions that only name
 * functions, or null, become a plain array of indices, as the short forms are; expressions are kept
 * for what needs an instance to be known.
 */
#include "engine/module/feature_gate.h"
#include "engine/module/section.h"
#include "engine/module/valtypes.h"

static enum status check_table(struct decoder *d, const struct elem_segment *s, uint64_t offset)
{
    const struct module *m = d->m;
    if (s->table >= m->ntables) /* spec 3.4.5 */
        return reader_fail_at(&d->r, ERR_INVALID, offset, "unknown table %u: the module has %u",
                              s->table, m->ntables);
    if (m->tables[s->table].type.element != s->type)
        return reader_fail_at(
            &d->r, ERR_INVALID, offset, "type mismatch: table %u holds %s, but the segment %s",
            s->table, valtype_name(m->tables[s->table].type.element), valtype_name(s->type));
    return OK;
}

static enum status read_func_items(struct decoder *d, struct elem_segment *s)
{
    TRY(reader_count(&d->r, 1, "", UINT32_MAX, &s->count, "the number of elements"));
    if (s->count == 0)
        return OK;
    uint32_t *funcs = mem_alloc(s->count * sizeof *funcs);
    if (!funcs)
        return errinfo_nomem(d->r.err);
    s->funcs = funcs;
    for (uint32_t i = 0; i < s->count; i++) {
        TRY(read_funcidx(d, &funcs[i]));
        declare_func(d, funcs[i]);
    }
    return OK;
}

/* Turns the items that are functions so far into expressions. */
static enum status widen_items(struct decoder *d, struct elem_segment *s, uint32_t done)
{
    struct init_expr *items = mem_alloc(s->count * sizeof *items);
    if (!items)
        return errinfo_nomem(d->r.err);
    for (uint32_t i = 0; i < done; i++) {
        bool null = s->funcs[i] == NO_INDEX;
        items[i] = (struct init_expr){
            .kind = null ? INIT_CONST : INIT_REF_FUNC,
            .type = s->type,
            .index = null ? 0 : s->funcs[i],
            .offset = NO_OFFSET,
        };
    }
    mem_free((void *)s->funcs);
    s->funcs = NULL;
    s->items = items;
    return OK;
}

static enum status read_expr_items(struct decoder *d, struct elem_segment *s)
{
    TRY(reader_count(&d->r, 1, "", UINT32_MAX, &s->count, "the number of elements"));
    if (s->count == 0)
        return OK;
    s->funcs = mem_alloc(s->count * sizeof *s->funcs);
    if (!s->funcs)
        return errinfo_nomem(d->r.err);
    for (uint32_t i = 0; i < s->count; i++) {
        struct init_expr item;
        TRY(read_const_expr(d, s->type, &item));
        if (s->funcs && (item.kind == INIT_GLOBAL_GET || s->type != VT_FUNCREF))
            TRY(widen_items(d, s, i));
        if (s->items)
            ((struct init_expr *)s->items)[i] = item;
        else
            ((uint32_t *)s->funcs)[i] = item.kind == INIT_REF_FUNC ? item.index : NO_INDEX;
    }
    return OK;
}

/* Bits of an element segment's first number. */
enum {
    ELEM_NOT_ACTIVE = 1, /* passive, or declarative */
    ELEM_EXPLICIT = 2,   /* a table index; or, if not active: declarative */
    ELEM_EXPRS = 4
};

static enum status read_elem_type(struct decoder *d, uint32_t flags, struct elem_segment *s)
{
    uint64_t offset = reader_offset(&d->r);
    uint8_t kind;
    s->type = VT_FUNCREF;
    if (!(flags & (ELEM_NOT_ACTIVE | ELEM_EXPLICIT)))
        return OK;
    if (flags & ELEM_EXPRS) {
        TRY(feature_require(&d->r, d->config, FEATURE_REFERENCE_TYPES, offset,
                            "an element segment with a type"));
        d->m->features_used |= FEATURE_BIT(REFERENCE_TYPES);
        return read_reftype(&d->r, d->config, &s->type);
    }
    TRY(reader_u8(&d->r, &kind, "an element kind"));
    if (kind != 0)
        return reader_fail_at(&d->r, ERR_MALFORMED, offset, "malformed element kind 0x%02x", kind);
    return OK;
}

static enum status read_elem(struct decoder *d, struct elem_segment *s)
{
    uint64_t offset = reader_offset(&d->r);
    uint32_t flags;
    TRY(reader_u32(&d->r, &flags, "an element segment"));
    if (flags > 7)
        return reader_fail_at(&d->r, ERR_MALFORMED, offset,
                              "malformed element segment: kind %u is above 7", flags);
    if (flags != 0) {
        TRY(feature_require(&d->r, d->config, FEATURE_BULK_MEMORY, offset,
                            "an element segment of a kind above 0"));
        d->m->features_used |= FEATURE_BIT(BULK_MEMORY);
    }
    s->mode = !(flags & ELEM_NOT_ACTIVE) ? SEGMENT_ACTIVE
              : flags & ELEM_EXPLICIT    ? SEGMENT_DECLARATIVE
                                         : SEGMENT_PASSIVE;
    if (s->mode == SEGMENT_ACTIVE) {
        if (flags & ELEM_EXPLICIT)
            TRY(reader_u32(&d->r, &s->table, "a table index"));
        /* A table that does not exist is found out below. */
        bool is_64 = s->table < d->m->ntables && d->m->tables[s->table].type.limits.is_64;
        TRY(read_const_expr(d, is_64 ? VT_I64 : VT_I32, &s->offset));
    }
    TRY(read_elem_type(d, flags, s));
    if (s->mode == SEGMENT_ACTIVE)
        TRY(check_table(d, s, offset));
    return flags & ELEM_EXPRS ? read_expr_items(d, s) : read_func_items(d, s);
}

enum status section_elements(struct decoder *d)
{
    struct module *m = d->m;
    uint32_t count;
    /* A kind, a type or an expression, a number of elements. */
    TRY(reader_count(&d->r, 3, "element_segments", limit_element_segments(d->config), &count,
                     "the number of element segments"));
    m->elems = mem_calloc(count, sizeof *m->elems);
    if (!m->elems)
        return errinfo_nomem(d->r.err);
    for (uint32_t i = 0; i < count; i++) {
        m->nelems++;
        TRY(read_elem(d, &m->elems[i]));
    }
    return OK;
}

enum status section_data_count(struct decoder *d)
{
    struct module *m = d->m;
    TRY(feature_require(&d->r, d->config, FEATURE_BULK_MEMORY, reader_offset(&d->r),
                        "the data count section"));
    TRY(reader_u32(&d->r, &d->data_count, "the number of data segments"));
    CHECK_LIMIT(d, data_segments, d->data_count);
    m->has_data_count = true;
    m->features_used |= FEATURE_BIT(BULK_MEMORY);
    return OK;
}

static enum status read_data(struct decoder *d, struct data_segment *s)
{
    struct module *m = d->m;
    uint64_t offset = reader_offset(&d->r);
    uint32_t flags;
    TRY(reader_u32(&d->r, &flags, "a data segment"));
    if (flags > 2)
        return reader_fail_at(&d->r, ERR_MALFORMED, offset,
                              "malformed data segment: kind %u is above 2", flags);
    if (flags != 0) {
        TRY(feature_require(&d->r, d->config, FEATURE_BULK_MEMORY, offset,
                            "a data segment of a kind above 0"));
        m->features_used |= FEATURE_BIT(BULK_MEMORY);
    }
    s->mode = flags == 1 ? SEGMENT_PASSIVE : SEGMENT_ACTIVE;
    if (flags == 2)
        TRY(reader_u32(&d->r, &s->memory, "a memory index"));
    if (s->mode == SEGMENT_ACTIVE) {
        if (s->memory >= m->nmemories) /* spec 3.4.6 */
            return reader_fail_at(&d->r, ERR_INVALID, offset,
                                  "unknown memory %u: the module has %u", s->memory, m->nmemories);
        bool is_64 = m->memories[s->memory].limits.is_64;
        TRY(read_const_expr(d, is_64 ? VT_I64 : VT_I32, &s->offset));
    }
    TRY(reader_u32(&d->r, &s->len, "the size of a data segment"));
    return reader_bytes(&d->r, s->len, &s->bytes, "a data segment");
}

enum status section_data(struct decoder *d)
{
    struct module *m = d->m;
    uint32_t count;
    /* A kind and a size. */
    TRY(reader_count(&d->r, 2, "data_segments", limit_data_segments(d->config), &count,
                     "the number of data segments"));
    m->datas = mem_calloc(count, sizeof *m->datas);
    if (!m->datas)
        return errinfo_nomem(d->r.err);
    for (uint32_t i = 0; i < count; i++) {
        TRY(read_data(d, &m->datas[i]));
        m->ndatas++;
    }
    return OK;
}
