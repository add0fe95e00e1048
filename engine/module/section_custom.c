/*
 * Custom sections (spec 5.5.3, 7.4). Their names must be UTF-8; whatever else is wrong in one, the
 * name section included, does not make a module malformed, so the reader of names just stops there
 * and keeps what it has.
 */
#include <string.h>

#include "engine/module/section.h"

enum { NAMES_MODULE = 0, NAMES_FUNCTIONS = 1 };

static void read_func_names(struct decoder *d, struct reader *r)
{
    struct module *m = d->m;
    uint32_t count, last = 0;
    if (m->func_names || reader_count(r, 2, "", UINT32_MAX, &count, "names") != OK)
        return;
    struct func_name *names = mem_alloc(count * sizeof *names);
    if (!names) {
        d->out_of_memory = true;
        return;
    }
    m->func_names = names;
    for (uint32_t i = 0; i < count; i++) {
        struct func_name *n = &names[i];
        if (reader_u32(r, &n->index, "a function index") != OK ||
            reader_name(r, &n->name, "a function's name") != OK || (i > 0 && n->index <= last))
            return;
        last = n->index;
        m->nfunc_names++;
    }
}

static enum status read_names(struct decoder *d, struct reader r)
{
    struct module *m = d->m;
    r.err = NULL;
    while (reader_left(&r) > 0) {
        uint8_t id;
        uint32_t size;
        if (reader_u8(&r, &id, "a name subsection") != OK ||
            reader_u32(&r, &size, "its size") != OK || size > reader_left(&r))
            break;
        struct reader sub = r;
        sub.end = r.p + size;
        r.p = sub.end;
        if (id == NAMES_MODULE && m->name.len == 0) {
            cupel_name_t name;
            if (reader_name(&sub, &name, "the module's name") == OK)
                m->name = name;
        } else if (id == NAMES_FUNCTIONS) {
            read_func_names(d, &sub);
        }
    }
    return d->out_of_memory ? errinfo_nomem(d->r.err) : OK;
}

/* One more; the array has room for the next power of two. */
static enum status keep_custom(struct decoder *d, const cupel_name_t *name)
{
    struct module *m = d->m;
    uint32_t n = m->ncustoms;
    if (!(n & (n - 1)))
        TRY(grow_array(d, (void **)&m->customs, n, n ? n : 1, sizeof *m->customs));
    m->customs[m->ncustoms++] = (cupel_custom_section_t){
        .name = *name,
        .data = d->r.p,
        .len = reader_left(&d->r),
        .offset = reader_offset(&d->r),
    };
    return OK;
}

enum status section_custom(struct decoder *d)
{
    cupel_name_t name;
    TRY(reader_name(&d->r, &name, "the name of a custom section"));
    if (!d->config->ignore_custom_sections)
        TRY(keep_custom(d, &name));
    if (!d->config->ignore_names && name.len == 4 && memcmp(name.data, "name", 4) == 0)
        TRY(read_names(d, d->r));
    d->r.p = d->r.end;
    return OK;
}

cupel_name_t module_find_func_name(const struct module *m, uint32_t func)
{
    size_t low = 0, high = m->nfunc_names;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct func_name *n = &m->func_names[middle];
        if (n->index == func)
            return n->name;
        if (n->index < func)
            low = middle + 1;
        else
            high = middle;
    }
    return (cupel_name_t){0};
}
