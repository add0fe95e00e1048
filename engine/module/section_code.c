/*
 * The code section (spec 5.5.13) is only cut into bodies here: their contents are read once, when
 * they are validated.
 */
#include "engine/module/section.h"

/*
 * Parameters and locals of all functions together. Within the limits on a single function, ten
 * bytes of a body could ask for tens of thousands, and a small module keep the compiler busy for
 * minutes; real modules of any size stay far below this.
 */
#define TOTAL_LOCALS UINT64_C(50000000)

/* The locals that a body declares. What is malformed counts for nothing: validation will say it. */
static uint64_t count_locals(const struct decoder *d, const uint8_t *body, uint32_t len)
{
    struct reader r = d->r;
    uint64_t total = 0;
    uint32_t groups, count;
    uint8_t type;
    r.p = body;
    r.end = body + len;
    r.err = NULL;
    if (reader_u32(&r, &groups, "") != OK)
        return 0;
    for (uint32_t i = 0; i < groups; i++) {
        if (reader_u32(&r, &count, "") != OK || reader_u8(&r, &type, "") != OK)
            return 0;
        total += count;
    }
    return total;
}

static enum status add_locals(struct decoder *d, const struct func *f, const uint8_t *body)
{
    uint64_t locals = count_locals(d, body, f->body_len) + f->type->nparams;
    /* A function above its own limit is refused for that. */
    if (locals <= limit_locals(d->config))
        d->nlocals += locals;
    return d->nlocals <= TOTAL_LOCALS
               ? OK
               : reader_limit(&d->r, "total_locals", d->nlocals, TOTAL_LOCALS);
}

/* Bodies that are tiny on average are a way to make a small module expensive. */
static enum status check_average(struct decoder *d, uint64_t total)
{
    const cupel_enforced_limits_t *l = &d->config->limits;
    if (l->min_avg_function_bytes == 0 || d->nbodies == 0 || total < l->min_avg_function_bytes_from)
        return OK;
    if (total >= (uint64_t)l->min_avg_function_bytes * d->nbodies)
        return OK;
    return errinfo_limit(d->r.err, "min_avg_function_bytes", reader_offset(&d->r),
                         "limit \"min_avg_function_bytes\" not met: %llu bytes on average (%llu in "
                         "%u bodies), at least %u",
                         (unsigned long long)total / d->nbodies, (unsigned long long)total,
                         d->nbodies, l->min_avg_function_bytes);
}

enum status section_code(struct decoder *d)
{
    struct module *m = d->m;
    uint32_t defined = m->nfuncs - m->nimported_funcs, count;
    uint64_t total = 0;
    uint64_t offset = reader_offset(&d->r);
    m->code_offset = offset;
    m->code_len = reader_left(&d->r);
    TRY(reader_u32(&d->r, &count, "the number of function bodies"));
    if (count != defined)
        return reader_fail_at(&d->r, ERR_MALFORMED, offset,
                              "function and code section have inconsistent lengths: %u and %u",
                              defined, count);
    for (uint32_t i = 0; i < count; i++) {
        struct func *f = &m->funcs[m->nimported_funcs + i];
        const uint8_t *body;
        d->r.func = m->nimported_funcs + i;
        TRY(reader_u32(&d->r, &f->body_len, "the size of a function body"));
        CHECK_LIMIT(d, function_bytes, f->body_len);
        f->body_offset = (uint32_t)reader_offset(&d->r);
        TRY(reader_bytes(&d->r, f->body_len, &body, "a function body"));
        TRY(add_locals(d, f, body));
        total += f->body_len;
        d->nbodies++;
    }
    d->r.func = NO_INDEX;
    return check_average(d, total);
}
