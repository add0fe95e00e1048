/*
 * Matching (spec 4.5.2 of release 2.0): functions and globals must be of the very type, memories
 * and tables may be larger and more tightly bounded than asked for, where what counts as their
 * minimum is the size they have by now.
 */
#include "engine/runtime/import_match.h"

#include <stdio.h>

#include "engine/runtime/func.h"
#include "engine/runtime/global.h"

#define TYPE_TEXT 96

static const char *print_limits(char *buf, size_t size, const struct limits *l)
{
    if (l->has_max)
        snprintf(buf, size, "%llu to %llu", (unsigned long long)l->min, (unsigned long long)l->max);
    else
        snprintf(buf, size, "%llu or more", (unsigned long long)l->min);
    return buf;
}

static const char *print_func(char buf[TYPE_TEXT], const functype *t)
{
    int n = snprintf(buf, TYPE_TEXT, "a function ");
    functype_print(t, buf + n, TYPE_TEXT - (size_t)n);
    return buf;
}

static const char *print_table(char buf[TYPE_TEXT], const struct tabletype *t)
{
    char limits[48];
    snprintf(buf, TYPE_TEXT, "a %stable of %s %s", t->limits.is_64 ? "64-bit " : "",
             print_limits(limits, sizeof limits, &t->limits), valtype_name(t->element));
    return buf;
}

static const char *print_memory(char buf[TYPE_TEXT], const struct memtype *t)
{
    char limits[48];
    snprintf(buf, TYPE_TEXT, "a %smemory of %s pages%s", t->limits.is_64 ? "64-bit " : "",
             print_limits(limits, sizeof limits, &t->limits),
             t->page_log2 == 0 ? " of a byte" : "");
    return buf;
}

static const char *print_global(char buf[TYPE_TEXT], const struct globaltype *t)
{
    snprintf(buf, TYPE_TEXT, "%s global %s", t->is_mutable ? "a mutable" : "an immutable",
             valtype_name(t->content));
    return buf;
}

static const char *print_expected(char buf[TYPE_TEXT], const struct module *m,
                                  const struct import *import)
{
    switch (import->kind) {
    case CUPEL_EXTERN_FUNC:
        return print_func(buf, m->funcs[import->index].type);
    case CUPEL_EXTERN_TABLE:
        return print_table(buf, &m->tables[import->index].type);
    case CUPEL_EXTERN_MEMORY:
        return print_memory(buf, &m->memories[import->index]);
    case CUPEL_EXTERN_GLOBAL:
        return print_global(buf, &m->globals[import->index].type);
    }
    return "";
}

static void mismatch(struct import_report *r, const struct module *m, const struct import *import,
                     cupel_externkind_t kind, const char *found)
{
    static const cupel_linkerror_t of_kind[] = {
        [CUPEL_EXTERN_FUNC] = CUPEL_LINK_FUNC_TYPE,
        [CUPEL_EXTERN_TABLE] = CUPEL_LINK_TABLE_TYPE,
        [CUPEL_EXTERN_MEMORY] = CUPEL_LINK_MEMORY_TYPE,
        [CUPEL_EXTERN_GLOBAL] = CUPEL_LINK_GLOBAL_TYPE,
    };
    char expected[TYPE_TEXT];
    import_report_add(r, ERR_LINK, kind == import->kind ? of_kind[kind] : CUPEL_LINK_WRONG_KIND,
                      import, "expected %s, found %s", print_expected(expected, m, import), found);
}

static void foreign(struct import_report *r, const struct import *import, cupel_externkind_t kind)
{
    import_report_add(r, ERR_MISUSE, CUPEL_LINK_NONE, import,
                      "the %s given is not one of this store", cupel_externkind_name(kind));
}

void import_unknown(struct import_report *r, const struct module *m, const struct import *import)
{
    char expected[TYPE_TEXT];
    import_report_add(r, ERR_LINK, CUPEL_LINK_UNKNOWN, import,
                      "unknown: nothing provides it; expected %s",
                      print_expected(expected, m, import));
}

void import_check_func(struct import_report *r, const struct module *m, const struct import *import,
                       const functype *found)
{
    char text[TYPE_TEXT];
    if (import->kind != CUPEL_EXTERN_FUNC || m->funcs[import->index].type != found)
        mismatch(r, m, import, CUPEL_EXTERN_FUNC, print_func(text, found));
}

static bool limits_match(const struct limits *found, const struct limits *expected)
{
    if (found->is_64 != expected->is_64 || found->min < expected->min)
        return false;
    return !expected->has_max || (found->has_max && found->max <= expected->max);
}

static void check_func(struct import_report *r, struct cupel_store *store, const struct module *m,
                       const struct import *import, const cupel_extern_t *found)
{
    uint64_t handle;
    if (!func_to_handle(store, found->of.func, &handle))
        foreign(r, import, found->kind);
    else if (handle == 0)
        import_report_add(r, ERR_MISUSE, CUPEL_LINK_NONE, import,
                          "the function given is the null reference");
    else
        import_check_func(r, m, import, func_resolve(store, handle).type);
}

static void check_table(struct import_report *r, struct cupel_store *store, const struct module *m,
                        const struct import *import, const cupel_extern_t *found)
{
    char text[TYPE_TEXT];
    if (found->of.table.store_id != store->id || found->of.table.index >= store->tables.len) {
        foreign(r, import, found->kind);
        return;
    }
    struct tabletype type = table_current_type(store->tables.data[found->of.table.index]);
    if (import->kind != found->kind || type.element != m->tables[import->index].type.element ||
        !limits_match(&type.limits, &m->tables[import->index].type.limits))
        mismatch(r, m, import, CUPEL_EXTERN_TABLE, print_table(text, &type));
}

static void check_memory(struct import_report *r, struct cupel_store *store, const struct module *m,
                         const struct import *import, const cupel_extern_t *found)
{
    char text[TYPE_TEXT];
    if (found->of.memory.store_id != store->id || found->of.memory.index >= store->memories.len) {
        foreign(r, import, found->kind);
        return;
    }
    struct memtype type = memory_current_type(store->memories.data[found->of.memory.index]);
    if (import->kind != found->kind || type.page_log2 != m->memories[import->index].page_log2 ||
        !limits_match(&type.limits, &m->memories[import->index].limits))
        mismatch(r, m, import, CUPEL_EXTERN_MEMORY, print_memory(text, &type));
}

static void check_global(struct import_report *r, struct cupel_store *store, const struct module *m,
                         const struct import *import, const cupel_extern_t *found)
{
    char text[TYPE_TEXT];
    struct global_ref ref;
    if (found->of.global.store_id != store->id ||
        !store_find_global(store, found->of.global.index, &ref)) {
        foreign(r, import, found->kind);
        return;
    }
    if (import->kind != found->kind ||
        ref.type->content != m->globals[import->index].type.content ||
        ref.type->is_mutable != m->globals[import->index].type.is_mutable)
        mismatch(r, m, import, CUPEL_EXTERN_GLOBAL, print_global(text, ref.type));
}

void import_check(struct import_report *r, struct cupel_store *store, const struct module *m,
                  const struct import *import, const cupel_extern_t *found)
{
    switch (found->kind) {
    case CUPEL_EXTERN_FUNC:
        check_func(r, store, m, import, found);
        return;
    case CUPEL_EXTERN_TABLE:
        check_table(r, store, m, import, found);
        return;
    case CUPEL_EXTERN_MEMORY:
        check_memory(r, store, m, import, found);
        return;
    case CUPEL_EXTERN_GLOBAL:
        check_global(r, store, m, import, found);
        return;
    }
    import_report_add(r, ERR_MISUSE, CUPEL_LINK_NONE, import, "what is given is of no known kind");
}
