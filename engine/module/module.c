/*
 * The frame of a module (spec 5.5.16): header, then sections in their order, each at most once,
 * with custom sections anywhere. Each section gets a reader that ends where the section ends and
 * must be used up exactly. The bytes are copied once and everything else points into the copy.
 */
#include "engine/module/module.h"

#include <string.h>

#include "engine/module/feature_gate.h"
#include "engine/module/section.h"

enum { SECTION_CUSTOM = 0, SECTION_TAG = 13, SECTION_COUNT = 14 };

/* By id: name, place in the order (spec 5.5.2, 5.5.16), reader. */
static const struct {
    const char *name;
    uint8_t order;
    enum status (*read)(struct decoder *d);
} sections[SECTION_COUNT] = {
    [SECTION_CUSTOM] = {"custom", 0, section_custom},
    [1] = {"type", 1, section_types},
    [2] = {"import", 2, section_imports},
    [3] = {"function", 3, section_functions},
    [4] = {"table", 4, section_tables},
    [5] = {"memory", 5, section_memories},
    [SECTION_TAG] = {"tag", 6, NULL},
    [6] = {"global", 7, section_globals},
    [7] = {"export", 8, section_exports},
    [8] = {"start", 9, section_start},
    [9] = {"element", 10, section_elements},
    [12] = {"data count", 11, section_data_count},
    [10] = {"code", 12, section_code},
    [11] = {"data", 13, section_data},
};
/* Behind this one in the order, the number of functions is known. */
#define FUNCTION_ORDER 3

enum status grow_array(struct decoder *d, void **array, uint32_t count, uint32_t add, size_t size)
{
    char *grown = mem_realloc(*array, ((size_t)count + add) * size);
    if (!grown)
        return errinfo_nomem(d->r.err);
    memset(grown + count * size, 0, add * size);
    *array = grown;
    return OK;
}

enum status module_read_header(struct reader *r)
{
    static const uint8_t magic[4] = {0, 'a', 's', 'm'}, version[4] = {1, 0, 0, 0};
    size_t left = reader_left(r);
    if (left < sizeof magic || memcmp(r->p, magic, sizeof magic) != 0)
        return reader_fail(r, ERR_MALFORMED,
                           "magic header not detected: a module begins with 00 61 73 6d");
    r->p += sizeof magic;
    if (left < sizeof magic + sizeof version)
        return reader_fail(r, ERR_MALFORMED, "unexpected end: the version expected");
    if (memcmp(r->p, version, sizeof version) != 0) {
        if (r->p[0] == 0x0d && r->p[1] == 0 && r->p[2] == 1 && r->p[3] == 0)
            return reader_fail(r, ERR_MALFORMED,
                               "unknown binary version: this is a component, not a core module");
        return reader_fail(r, ERR_MALFORMED,
                           "unknown binary version: 01 00 00 00 expected, found "
                           "%02x %02x %02x %02x",
                           r->p[0], r->p[1], r->p[2], r->p[3]);
    }
    r->p += sizeof version;
    return OK;
}

static enum status prepare_declared_funcs(struct decoder *d)
{
    struct module *m = d->m;
    if (m->declared_funcs)
        return OK;
    m->declared_funcs = mem_calloc(((size_t)m->nfuncs + 63) / 64, sizeof(uint64_t));
    return m->declared_funcs ? OK : errinfo_nomem(d->r.err);
}

enum status section_check_order(uint8_t id, uint8_t *last, uint64_t offset, struct errinfo *err)
{
    if (id >= SECTION_COUNT)
        return errinfo_set(err, ERR_MALFORMED, offset, "malformed section id %u", id);
    if (id == SECTION_CUSTOM || id == SECTION_TAG)
        return OK;
    if (sections[id].order <= *last)
        return errinfo_set(err, ERR_MALFORMED, offset,
                           "unexpected content after last section: %s section out of order",
                           sections[id].name);
    *last = sections[id].order;
    return OK;
}

/* Reads one section; `last` is the place in the order of the one before. */
static enum status read_section(struct decoder *d, uint8_t *last)
{
    struct reader *r = &d->r;
    uint64_t offset = reader_offset(r);
    uint8_t id;
    uint32_t size;
    TRY(reader_u8(r, &id, "a section"));
    TRY(section_check_order(id, last, offset, r->err));
    TRY(reader_u32(r, &size, "the size of a section"));
    if (size > reader_left(r))
        return reader_fail_at(r, ERR_MALFORMED, offset,
                              "length out of bounds: %s section of %u bytes, but only %zu are left",
                              sections[id].name, size, reader_left(r));
    if (id == SECTION_TAG)
        return feature_missing(r, d->config, FEATURE_EXCEPTIONS, offset, "the tag section");
    if (sections[id].order > FUNCTION_ORDER)
        TRY(prepare_declared_funcs(d));
    const uint8_t *end = r->end;
    r->end = r->p + size;
    TRY(sections[id].read(d));
    if (r->p != r->end)
        return reader_fail(r, ERR_MALFORMED,
                           "section size mismatch: %zu bytes left behind the %s section's contents",
                           reader_left(r), sections[id].name);
    r->end = end;
    return OK;
}

/* What only the whole module shows. */
static enum status check_whole(struct decoder *d)
{
    struct module *m = d->m;
    uint32_t defined = m->nfuncs - m->nimported_funcs;
    TRY(prepare_declared_funcs(d));
    if (defined != d->nbodies && !(d->config->skeleton && d->nbodies == 0))
        return reader_fail(&d->r, ERR_MALFORMED,
                           "function and code section have inconsistent lengths: %u and %u",
                           defined, d->nbodies);
    if (m->has_data_count && d->data_count != m->ndatas)
        return reader_fail(&d->r, ERR_MALFORMED,
                           "data count and data section have inconsistent lengths: %u and %u",
                           d->data_count, m->ndatas);
    return OK;
}

static enum status decode(struct decoder *d)
{
    uint8_t last = 0;
    TRY(module_read_header(&d->r));
    while (reader_left(&d->r) > 0)
        TRY(read_section(d, &last));
    return check_whole(d);
}

enum status module_check_size(const struct decode_config *config, uint64_t len, struct errinfo *err)
{
    uint64_t most = limit_module_bytes(config);
    if (len <= most)
        return OK;
    return errinfo_limit(err, "module_bytes", NO_OFFSET,
                         "limit \"module_bytes\" exceeded: %llu, at most %llu",
                         (unsigned long long)len, (unsigned long long)most);
}

enum status module_copy_bytes(const struct decode_config *config, const uint8_t *bytes, size_t len,
                              uint8_t **out, struct errinfo *err)
{
    TRY(module_check_size(config, len, err));
    *out = mem_alloc(len);
    if (!*out)
        return errinfo_nomem(err);
    if (len)
        memcpy(*out, bytes, len);
    return OK;
}

enum status module_decode(struct module *m, const struct decode_config *config,
                          const uint8_t *bytes, size_t len, struct errinfo *err)
{
    uint8_t *copy;
    TRY(module_copy_bytes(config, bytes, len, &copy, err));
    return module_decode_own(m, config, copy, len, err);
}

enum status module_decode_own(struct module *m, const struct decode_config *config,
                              uint8_t *own_bytes, size_t len, struct errinfo *err)
{
    *m = (struct module){.registry = config->types,
                         .bytes = own_bytes,
                         .len = len,
                         .features_used = FEATURE_BIT(MVP)};
    struct decoder d = {.m = m, .config = config};
    reader_init(&d.r, m->bytes, len, err);
    enum status status = decode(&d);
    if (status != OK)
        module_fini(m);
    return status;
}

void module_fini(struct module *m)
{
    for (uint32_t i = 0; i < m->ntypes; i++)
        type_registry_release(m->registry, m->types[i]);
    for (uint32_t i = 0; i < m->nelems; i++) {
        mem_free((void *)m->elems[i].funcs);
        mem_free((void *)m->elems[i].items);
    }
    mem_free(m->types);
    mem_free(m->imports);
    mem_free(m->exports);
    mem_free(m->export_order);
    mem_free(m->funcs);
    mem_free(m->tables);
    mem_free(m->memories);
    mem_free(m->globals);
    mem_free(m->elems);
    mem_free(m->datas);
    mem_free(m->customs);
    mem_free(m->declared_funcs);
    mem_free(m->func_names);
    mem_free(m->bytes);
    *m = (struct module){0};
}
