/*
 * Exports and the start function (spec 5.5.10, 5.5.11), and finding exports by name: an array of
 * indices sorted by length and then bytes, which answers look-ups by bisection and shows duplicate
 * names as neighbours. The sort is a merge sort, whose worst case nobody can choose.
 */
#include <string.h>

#include "engine/base/utf8.h"
#include "engine/module/feature_gate.h"
#include "engine/module/section.h"

enum status read_funcidx(struct decoder *d, uint32_t *out)
{
    uint64_t offset = reader_offset(&d->r);
    TRY(reader_u32(&d->r, out, "a function index"));
    if (*out >= d->m->nfuncs)
        return reader_fail_at(&d->r, ERR_INVALID, offset, "unknown function %u: the module has %u",
                              *out, d->m->nfuncs);
    return OK;
}

static int compare_names(const cupel_name_t *a, const char *name, size_t len)
{
    if (a->len != len)
        return a->len < len ? -1 : 1;
    return len ? memcmp(a->data, name, len) : 0;
}

/* Merges the sorted runs [from, middle) and [middle, to) of `in` into `out`. */
static void merge(const struct export *exports, const uint32_t *in, uint32_t *out, size_t from,
                  size_t middle, size_t to)
{
    size_t a = from, b = middle;
    for (size_t i = from; i < to; i++) {
        bool take_b = a == middle;
        if (a < middle && b < to) {
            const cupel_name_t *name = &exports[in[a]].name;
            take_b = compare_names(&exports[in[b]].name, name->data, name->len) < 0;
        }
        out[i] = take_b ? in[b++] : in[a++];
    }
}

static enum status sort_exports(struct decoder *d)
{
    struct module *m = d->m;
    size_t n = m->nexports;
    uint32_t *from = mem_alloc(n * sizeof *from), *to = mem_alloc(n * sizeof *to);
    if (!from || !to) {
        mem_free(from);
        mem_free(to);
        return errinfo_nomem(d->r.err);
    }
    for (size_t i = 0; i < n; i++)
        from[i] = (uint32_t)i;
    for (size_t run = 1; run < n; run *= 2) {
        for (size_t i = 0; i < n; i += 2 * run) {
            size_t middle = i + run < n ? i + run : n, end = i + 2 * run < n ? i + 2 * run : n;
            merge(m->exports, from, to, i, middle, end);
        }
        uint32_t *swap = from;
        from = to;
        to = swap;
    }
    mem_free(to);
    m->export_order = from;
    return OK;
}

/* Spec 3.4.10: export names are different. */
static enum status order_exports(struct decoder *d)
{
    struct module *m = d->m;
    TRY(sort_exports(d));
    for (uint32_t i = 1; i < m->nexports; i++) {
        const cupel_name_t *name = &m->exports[m->export_order[i]].name;
        if (compare_names(&m->exports[m->export_order[i - 1]].name, name->data, name->len) == 0) {
            char quoted[UTF8_QUOTE_SIZE];
            uint64_t offset = (uint64_t)((const uint8_t *)name->data - m->bytes);
            return reader_fail_at(&d->r, ERR_INVALID, offset,
                                  "duplicate export name %s: exports %u and %u",
                                  utf8_quote(quoted, name->data, name->len), m->export_order[i - 1],
                                  m->export_order[i]);
        }
    }
    return OK;
}

const struct export *module_find_export(const struct module *m, const char *name, size_t len)
{
    size_t low = 0, high = m->nexports;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct export *e = &m->exports[m->export_order[middle]];
        int order = compare_names(&e->name, name, len);
        if (order == 0)
            return e;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* Spec 3.4.8: the index exists in its space. */
static enum status check_export(struct decoder *d, const struct export *e, uint64_t offset)
{
    struct module *m = d->m;
    static const char *const names[] = {"function", "table", "memory", "global"};
    const uint32_t counts[] = {m->nfuncs, m->ntables, m->nmemories, m->nglobals};
    if (e->index >= counts[e->kind])
        return reader_fail_at(&d->r, ERR_INVALID, offset, "unknown %s %u: the module has %u",
                              names[e->kind], e->index, counts[e->kind]);
    if (e->kind == CUPEL_EXTERN_FUNC)
        declare_func(d, e->index);
    if (e->kind == CUPEL_EXTERN_GLOBAL && m->globals[e->index].type.is_mutable) {
        TRY(feature_require(&d->r, d->config, FEATURE_MUTABLE_GLOBAL, offset,
                            "the export of a mutable global"));
        m->features_used |= FEATURE_BIT(MUTABLE_GLOBAL);
    }
    return OK;
}

enum status section_exports(struct decoder *d)
{
    struct module *m = d->m;
    uint32_t count;
    /* An empty name, a kind, an index. */
    TRY(reader_count(&d->r, 3, "exports", limit_exports(d->config), &count,
                     "the number of exports"));
    m->exports = mem_calloc(count, sizeof *m->exports);
    if (!m->exports)
        return errinfo_nomem(d->r.err);
    for (uint32_t i = 0; i < count; i++) {
        struct export *e = &m->exports[i];
        uint8_t kind;
        TRY(reader_name(&d->r, &e->name, "the name of an export"));
        uint64_t offset = reader_offset(&d->r);
        TRY(reader_u8(&d->r, &kind, "the kind of an export"));
        if (kind == KIND_TAG)
            return feature_missing(&d->r, d->config, FEATURE_EXCEPTIONS, offset,
                                   "the export of a tag");
        if (kind > CUPEL_EXTERN_GLOBAL)
            return reader_fail_at(&d->r, ERR_MALFORMED, offset, "malformed export kind 0x%02x",
                                  kind);
        e->kind = (cupel_externkind_t)kind;
        offset = reader_offset(&d->r);
        TRY(reader_u32(&d->r, &e->index, "the index of an export"));
        TRY(check_export(d, e, offset));
        m->nexports++;
    }
    return order_exports(d);
}

enum status section_start(struct decoder *d)
{
    struct module *m = d->m;
    uint64_t offset = reader_offset(&d->r);
    TRY(read_funcidx(d, &m->start));
    const functype *t = m->funcs[m->start].type;
    if (t->nparams != 0 || t->nresults != 0) { /* spec 3.4.9 */
        char text[64];
        functype_print(t, text, sizeof text);
        return reader_fail_at(&d->r, ERR_INVALID, offset,
                              "start function %u must be of type () -> (), found %s", m->start,
                              text);
    }
    if (d->config->no_start_fn)
        return reader_fail_at(&d->r, ERR_UNSUPPORTED, offset,
                              "start functions are switched off; the module has one: function %u",
                              m->start);
    m->has_start = true;
    return OK;
}
