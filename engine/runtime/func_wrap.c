/*
 * CUPEL_WRAP has the compiler tell what each parameter of a C function is, since only it knows; what
 * the function's type is follows from that here, when it is defined. So a wrapped function is a
 * constant, and its calls are those of any function on raw cells.
 */
#include <string.h>

#include "engine/cupel.h"
#include "engine/runtime/error.h"

/* NULL when memory is exhausted. */
static cupel_functype_t *type_of(const cupel_wrapped_t *wrapped)
{
    cupel_valkind_t params[CUPEL_WRAP_MAX], results[1 + CUPEL_WRAP_MAX];
    size_t nparams = 0, nresults = 0;
    if (wrapped->returns < CUPEL_WRAP_ENV)
        results[nresults++] = (cupel_valkind_t)(wrapped->returns - CUPEL_WRAP_RESULT);
    for (size_t i = 0; i < wrapped->nargs; i++) {
        uint8_t arg = wrapped->args[i];
        if (arg < CUPEL_WRAP_RESULT)
            params[nparams++] = (cupel_valkind_t)(arg - CUPEL_WRAP_PARAM);
        else if (arg < CUPEL_WRAP_ENV)
            results[nresults++] = (cupel_valkind_t)(arg - CUPEL_WRAP_RESULT);
    }
    return cupel_functype_new(params, nparams, results, nresults);
}

/* Where there is no memory for the type. */
static cupel_error_t *give_up(void *env, void (*finalize)(void *env))
{
    if (finalize)
        finalize(env);
    return error_nomem();
}

cupel_error_t *cupel_func_wrap(cupel_context_t *ctx, const cupel_wrapped_t *wrapped, void *env,
                               void (*finalize)(void *env), cupel_func_t *out)
{
    cupel_functype_t *type = type_of(wrapped);
    *out = (cupel_func_t){0};
    if (!type)
        return give_up(env, finalize);
    cupel_error_t *error =
        cupel_func_new_unchecked(ctx, type, wrapped->callback, env, finalize, out);
    cupel_functype_delete(type);
    return error;
}

cupel_error_t *cupel_linker_func_wrap(cupel_linker_t *linker, const char *module, const char *name,
                                      const cupel_wrapped_t *wrapped, void *env,
                                      void (*finalize)(void *env))
{
    cupel_functype_t *type = type_of(wrapped);
    if (!type)
        return give_up(env, finalize);
    cupel_error_t *error = cupel_linker_func_new_unchecked(
        linker, module, strlen(module), name, strlen(name), type, wrapped->callback, env, finalize);
    cupel_functype_delete(type);
    return error;
}

cupel_error_t *cupel_linker_builder_func_wrap(cupel_linker_builder_t *builder, const char *module,
                                              const char *name, const cupel_wrapped_t *wrapped,
                                              void *env, void (*finalize)(void *env))
{
    cupel_functype_t *type = type_of(wrapped);
    if (!type)
        return give_up(env, finalize);
    cupel_error_t *error =
        cupel_linker_builder_func_new_unchecked(builder, module, strlen(module), name, strlen(name),
                                                type, wrapped->callback, env, finalize);
    cupel_functype_delete(type);
    return error;
}
