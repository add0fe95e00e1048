/*
 * A builder is a table of host functions in two states: while it is being constructed it belongs to
 * one thread and takes definitions; once it is ready it is immutable, so that making a linker from
 * it is taking a reference, whatever the number of definitions, and needs no lock.
 */
#include <stdatomic.h>

#include "engine/base/alloc.h"
#include "engine/runtime/error.h"
#include "engine/runtime/linker.h"

cupel_linker_builder_t *cupel_linker_builder_new(cupel_engine_t *engine)
{
    struct cupel_linker_builder *b = mem_calloc(1, sizeof *b);
    if (!b)
        return NULL;
    atomic_init(&b->refs, 1);
    b->engine = cupel_engine_clone(engine);
    return b;
}

cupel_linker_builder_t *cupel_linker_builder_clone(cupel_linker_builder_t *builder)
{
    atomic_fetch_add_explicit(&builder->refs, 1, memory_order_relaxed);
    return builder;
}

void cupel_linker_builder_delete(cupel_linker_builder_t *builder)
{
    if (!builder || atomic_fetch_sub_explicit(&builder->refs, 1, memory_order_acq_rel) != 1)
        return;
    linker_table_clear(&builder->table);
    cupel_engine_delete(builder->engine);
    mem_free(builder);
}

/* Takes `f` over, which may be NULL. */
static cupel_error_t *define(struct cupel_linker_builder *b, struct linker_key key,
                             struct host_func *f)
{
    struct errinfo err;
    if (!f)
        return error_nomem();
    if (b->ready) {
        host_func_unref(f);
        return error_new(ERR_MISUSE, "the builder is ready: it takes no more definitions");
    }
    enum status status = linker_table_put(&b->table, false, key, f, &(cupel_extern_t){0}, &err);
    if (status == OK)
        return NULL;
    return error_set_link(error_from(&err),
                          status == ERR_MISUSE ? CUPEL_LINK_DUPLICATE : CUPEL_LINK_NONE);
}

cupel_error_t *cupel_linker_builder_func_new(cupel_linker_builder_t *builder, const char *module,
                                             size_t module_len, const char *name, size_t name_len,
                                             const cupel_functype_t *type,
                                             cupel_callback_t callback, void *env,
                                             void (*finalize)(void *env))
{
    struct linker_key key = {{module, module_len}, {name, name_len}};
    return define(builder, key, host_func_new(builder->engine, type, callback, env, finalize));
}

cupel_error_t *cupel_linker_builder_func_new_unchecked(cupel_linker_builder_t *builder,
                                                       const char *module, size_t module_len,
                                                       const char *name, size_t name_len,
                                                       const cupel_functype_t *type,
                                                       cupel_raw_callback_t callback, void *env,
                                                       void (*finalize)(void *env))
{
    struct linker_key key = {{module, module_len}, {name, name_len}};
    return define(builder, key, host_func_new_raw(builder->engine, type, callback, env, finalize));
}

void cupel_linker_builder_finish(cupel_linker_builder_t *builder)
{
    if (!builder->ready)
        builder->ready = true;
}

bool cupel_linker_builder_is_ready(const cupel_linker_builder_t *builder)
{
    return builder->ready;
}

cupel_error_t *cupel_linker_builder_create(cupel_linker_builder_t *builder, cupel_linker_t **out)
{
    *out = NULL;
    if (!builder->ready)
        return error_new(ERR_MISUSE, "the builder is not ready yet");
    struct cupel_linker *l = cupel_linker_new(builder->engine);
    if (!l)
        return error_nomem();
    l->base = cupel_linker_builder_clone(builder);
    *out = l;
    return NULL;
}
