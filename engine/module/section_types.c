/*
 * The type section (spec 5.5.4): function types, interned as they are read, so that a thousand
 * equal ones cost one. Types of the gc feature are recognised by their codes.
 */
#include "engine/module/feature_gate.h"
#include "engine/module/section.h"
#include "engine/module/valtypes.h"

static enum status read_valtypes(struct decoder *d, const char *limit, uint32_t most,
                                 const char *what, valtype *out, uint32_t *count)
{
    TRY(reader_count(&d->r, 1, limit, most, count, what));
    for (uint32_t i = 0; i < *count; i++) {
        TRY(read_valtype(&d->r, d->config, &out[i]));
        d->m->features_used |= valtype_features(out[i]);
    }
    return OK;
}

static enum status read_functype(struct decoder *d, functype **out)
{
    valtype params[FUNCTYPE_MAX_VALUES], results[FUNCTYPE_MAX_VALUES];
    uint32_t nparams, nresults;
    TRY(read_valtypes(d, "params", limit_params(d->config), "the number of parameters", params,
                      &nparams));
    uint64_t offset = reader_offset(&d->r);
    TRY(read_valtypes(d, "results", limit_results(d->config), "the number of results", results,
                      &nresults));
    if (nresults > 1) {
        TRY(feature_require(&d->r, d->config, FEATURE_MULTI_VALUE, offset,
                            "a function with several results"));
        d->m->features_used |= FEATURE_BIT(MULTI_VALUE);
    }
    *out = type_registry_intern(d->m->registry, params, nparams, results, nresults);
    return *out ? OK : errinfo_nomem(d->r.err);
}

static enum status refuse_form(struct decoder *d, uint8_t form, uint64_t offset)
{
    switch (form) {
    case 0x4e: /* rec */
    case 0x4f: /* sub final */
    case 0x50: /* sub */
    case 0x5e: /* array */
    case 0x5f: /* struct */
        return feature_missing(&d->r, d->config, FEATURE_GC, offset,
                               "a type that is not a function type");
    default:
        return reader_fail_at(&d->r, ERR_MALFORMED, offset,
                              "malformed type: 0x60 of a function type expected, found 0x%02x",
                              form);
    }
}

enum status section_types(struct decoder *d)
{
    struct module *m = d->m;
    uint32_t count;
    /* The shortest type is 60 00 00; gc's may be shorter. */
    TRY(reader_count(&d->r, 2, "types", limit_types(d->config), &count, "the number of types"));
    m->types = mem_calloc(count, sizeof(functype *));
    if (!m->types)
        return errinfo_nomem(d->r.err);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t offset = reader_offset(&d->r);
        uint8_t form;
        TRY(reader_u8(&d->r, &form, "a type"));
        if (form != 0x60)
            return refuse_form(d, form, offset);
        TRY(read_functype(d, &m->types[i]));
        m->ntypes++;
    }
    return OK;
}
