/*
 * The parts follow each other in the order of their alignment needs: all are multiples of 8 bytes,
 * v128 cells of 16, so the globals start at a multiple of 16.
 */
#include "engine/translate/layout.h"

static bool has_v128_global(const struct module *m)
{
    for (uint32_t i = m->nimported_globals; i < m->nglobals; i++)
        if (m->globals[i].type.content == VT_V128)
            return true;
    return false;
}

enum status layout_init(struct layout *l, const struct module *m, struct errinfo *err)
{
    uint64_t at = LAYOUT_HEADER;
    l->func_imports = (uint32_t)at;
    at += 8 * (uint64_t)m->nimported_funcs;
    l->memories = (uint32_t)at;
    at += 8 * (uint64_t)m->nmemories;
    l->tables = (uint32_t)at;
    at += 8 * (uint64_t)m->ntables;
    l->global_imports = (uint32_t)at;
    at += 8 * (uint64_t)m->nimported_globals;
    at = (at + 15) & ~UINT64_C(15);
    l->globals = (uint32_t)at;
    l->global_stride = has_v128_global(m) ? 16 : 8;
    at += l->global_stride * (uint64_t)(m->nglobals - m->nimported_globals);
    l->dropped = (uint32_t)at;
    at += 8 * (((uint64_t)m->ndatas + m->nelems + 63) / 64);
    if (at > INT32_MAX)
        return errinfo_limit(
            err, "instance_bytes", NO_OFFSET,
            "an instance of the module would take %llu bytes, at most %d are allowed",
            (unsigned long long)at, INT32_MAX);
    l->size = (uint32_t)at;
    return OK;
}
