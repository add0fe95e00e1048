/*
 * A linker answers by name. Objects of a store are defined by handle and serve that store alone;
 * host functions are defined as such, and become a function of each store that uses them. What a
 * builder defined is looked up after the linker's own definitions, so that sharing it costs nothing
 * and shadowing it does not touch it.
 */
#include "engine/runtime/linker.h"

#include <string.h>

#include "engine/base/alloc.h"
#include "engine/base/utf8.h"
#include "engine/runtime/error.h"
#include "engine/runtime/exports.h"
#include "engine/runtime/func.h"
#include "engine/runtime/global.h"

cupel_linker_t *cupel_linker_new(cupel_engine_t *engine)
{
    struct cupel_linker *l = mem_calloc(1, sizeof *l);
    if (l)
        l->engine = cupel_engine_clone(engine);
    return l;
}

void cupel_linker_delete(cupel_linker_t *linker)
{
    if (!linker)
        return;
    linker_table_clear(&linker->table);
    cupel_linker_builder_delete(linker->base);
    cupel_engine_delete(linker->engine);
    mem_free(linker);
}

void cupel_linker_allow_shadowing(cupel_linker_t *linker, bool on)
{
    linker->allow_shadowing = on;
}

const struct linker_item *linker_find(const struct cupel_linker *l, struct linker_key key)
{
    const struct linker_item *item = linker_table_find(&l->table, key);
    return item || !l->base ? item : linker_table_find(&l->base->table, key);
}

/* ---- defining ---- */

static bool belongs_to(struct cupel_store *store, const cupel_extern_t *item)
{
    struct global_ref ref;
    uint64_t handle;
    switch (item->kind) {
    case CUPEL_EXTERN_FUNC:
        return func_to_handle(store, item->of.func, &handle) && handle != 0;
    case CUPEL_EXTERN_TABLE:
        return item->of.table.store_id == store->id && item->of.table.index < store->tables.len;
    case CUPEL_EXTERN_MEMORY:
        return item->of.memory.store_id == store->id && item->of.memory.index < store->memories.len;
    case CUPEL_EXTERN_GLOBAL:
        return item->of.global.store_id == store->id &&
               store_find_global(store, item->of.global.index, &ref);
    }
    return false;
}

bool linker_item_fits(const struct linker_item *item, struct cupel_store *store)
{
    return item->host || belongs_to(store, &item->item);
}

cupel_error_t *linker_check_engine(const struct cupel_linker *l, const struct cupel_store *store)
{
    if (l->engine == store->engine)
        return NULL;
    return error_new(ERR_MISUSE, "the linker and the store are of different engines");
}

/* As linker_table_put, and a failure as an object. */
static cupel_error_t *put(struct cupel_linker *l, struct linker_key key, struct host_func *host,
                          const cupel_extern_t *item)
{
    struct errinfo err;
    enum status status;
    if (!l->allow_shadowing && linker_find(l, key)) {
        host_func_unref(host);
        status = linker_duplicate(key, &err);
    } else {
        status = linker_table_put(&l->table, true, key, host, item, &err);
    }
    if (status == OK)
        return NULL;
    return error_set_link(error_from(&err),
                          status == ERR_MISUSE ? CUPEL_LINK_DUPLICATE : CUPEL_LINK_NONE);
}

cupel_error_t *cupel_linker_define(cupel_linker_t *linker, cupel_context_t *ctx, const char *module,
                                   size_t module_len, const char *name, size_t name_len,
                                   const cupel_extern_t *item)
{
    struct cupel_store *store = context_store(ctx);
    struct linker_key key = {{module, module_len}, {name, name_len}};
    cupel_error_t *error = linker_check_engine(linker, store);
    if (error)
        return error;
    if (!belongs_to(store, item))
        return error_new(ERR_MISUSE, "what is to be defined is not one of this store");
    return put(linker, key, NULL, item);
}

/* Takes `f` over, which may be NULL. */
static cupel_error_t *define_host(cupel_linker_t *linker, struct linker_key key,
                                  struct host_func *f)
{
    return f ? put(linker, key, f, &(cupel_extern_t){0}) : error_nomem();
}

cupel_error_t *cupel_linker_func_new(cupel_linker_t *linker, const char *module, size_t module_len,
                                     const char *name, size_t name_len,
                                     const cupel_functype_t *type, cupel_callback_t callback,
                                     void *env, void (*finalize)(void *env))
{
    struct linker_key key = {{module, module_len}, {name, name_len}};
    return define_host(linker, key, host_func_new(linker->engine, type, callback, env, finalize));
}

cupel_error_t *cupel_linker_func_new_unchecked(cupel_linker_t *linker, const char *module,
                                               size_t module_len, const char *name, size_t name_len,
                                               const cupel_functype_t *type,
                                               cupel_raw_callback_t callback, void *env,
                                               void (*finalize)(void *env))
{
    struct linker_key key = {{module, module_len}, {name, name_len}};
    return define_host(linker, key,
                       host_func_new_raw(linker->engine, type, callback, env, finalize));
}

cupel_error_t *cupel_linker_instance(cupel_linker_t *linker, cupel_context_t *ctx,
                                     const char *module, size_t module_len,
                                     cupel_instance_t instance)
{
    struct instance *inst = instance_from_handle(context_store(ctx), instance);
    cupel_error_t *error = linker_check_engine(linker, context_store(ctx));
    if (error)
        return error;
    if (!inst)
        return error_new(ERR_MISUSE, "the instance is not one of this store");
    size_t count = linker->table.items.len;
    for (uint32_t i = 0; !error && i < inst->module->m.nexports; i++) {
        struct linker_key key = {{module, module_len}, inst->module->m.exports[i].name};
        cupel_extern_t item;
        instance_get_export(inst, i, &item);
        error = put(linker, key, NULL, &item);
    }
    if (error)
        linker_table_truncate(&linker->table, count);
    return error;
}

/* ---- aliases ---- */

static bool name_equal(cupel_name_t a, cupel_name_t b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* Defines again what the table has under `module`, except what `before` has too; counts it. */
static cupel_error_t *alias_all(struct cupel_linker *l, const struct linker_table *from,
                                const struct linker_table *before, cupel_name_t module,
                                cupel_name_t as, size_t *count)
{
    cupel_error_t *error = NULL;
    for (size_t i = 0, n = from->items.len; !error && i < n; i++) {
        /* A copy: defining may move the list. */
        struct linker_item item = from->items.data[i];
        if (!name_equal(item.key.module, module) || (before && linker_table_find(before, item.key)))
            continue;
        ++*count;
        error = put(l, (struct linker_key){as, item.key.name},
                    item.host ? host_func_ref(item.host) : NULL, &item.item);
    }
    return error;
}

cupel_error_t *cupel_linker_alias_module(cupel_linker_t *linker, const char *module,
                                         size_t module_len, const char *as, size_t as_len)
{
    cupel_name_t from = {module, module_len}, to = {as, as_len};
    size_t before = linker->table.items.len, count = 0;
    /* The base goes first: what the linker has itself hides it, under the new name too. */
    cupel_error_t *error = NULL;
    if (linker->base)
        error = alias_all(linker, &linker->base->table, &linker->table, from, to, &count);
    if (!error)
        error = alias_all(linker, &linker->table, NULL, from, to, &count);
    if (error) {
        linker_table_truncate(&linker->table, before);
    } else if (count == 0) {
        char text[UTF8_QUOTE_SIZE];
        error = error_new(ERR_NOT_FOUND, "nothing is defined under the module %s",
                          utf8_quote(text, module, module_len));
    }
    return error;
}

/* ---- looking up ---- */

bool linker_item_extern(const struct linker_item *item, struct cupel_store *store,
                        cupel_extern_t *out)
{
    uint32_t index;
    *out = item->item;
    if (!item->host)
        return true;
    if (!store_link_host_func(store, item->host, &index))
        return false;
    *out = (cupel_extern_t){.kind = CUPEL_EXTERN_FUNC, .of.func = {store->id, HOST_OWNER, index}};
    return true;
}

cupel_error_t *cupel_linker_get(const cupel_linker_t *linker, cupel_context_t *ctx,
                                const char *module, size_t module_len, const char *name,
                                size_t name_len, cupel_extern_t *out)
{
    struct cupel_store *store = context_store(ctx);
    struct linker_key key = {{module, module_len}, {name, name_len}};
    const struct linker_item *item = linker_find(linker, key);
    cupel_error_t *error = linker_check_engine(linker, store);
    *out = (cupel_extern_t){0};
    if (error)
        return error;
    if (!item) {
        char m[UTF8_QUOTE_SIZE], n[UTF8_QUOTE_SIZE];
        return error_new(ERR_NOT_FOUND, "%s::%s is not defined", utf8_quote(m, module, module_len),
                         utf8_quote(n, name, name_len));
    }
    if (!linker_item_fits(item, store))
        return error_new(ERR_MISUSE, "the definition is of another store");
    return linker_item_extern(item, store, out) ? NULL : error_nomem();
}
