/*
 * Raw cells save what checks and conversions cost, and give up no safety: whatever bits a host puts
 * into a cell, WebAssembly sees an integer without garbage above it, or a reference that exists.
 */
#include "engine/runtime/raw.h"

#include "engine/runtime/func.h"

static bool func_known(const struct cupel_store *store, uint64_t *cell)
{
    cupel_func_t func = func_from_handle(store, *cell);
    return func_to_handle(store, func, cell);
}

static bool externref_known(const struct cupel_store *store, uint64_t cell)
{
    return cell <= store->externrefs.len;
}

bool raw_settle(const struct cupel_store *store, const valtype *types, uint32_t n, uint64_t *cells,
                uint32_t *bad)
{
    for (uint32_t i = 0; i < n; i++) {
        bool known = true;
        switch (types[i]) {
        case VT_I32:
            *cells = (uint32_t)*cells;
            break;
        case VT_FUNCREF:
            known = func_known(store, cells);
            break;
        case VT_EXTERNREF:
            known = externref_known(store, *cells);
            break;
        default:
            break;
        }
        if (!known) {
            *bad = i;
            return false;
        }
        cells += valtype_slots(types[i]);
    }
    return true;
}

bool cupel_func_to_raw(const cupel_context_t *ctx, cupel_func_t func, cupel_raw_t *out)
{
    out->ref = 0;
    return func_to_handle(context_store(ctx), func, &out->ref);
}

cupel_func_t cupel_func_from_raw(const cupel_context_t *ctx, cupel_raw_t raw)
{
    const struct cupel_store *store = context_store(ctx);
    return func_known(store, &raw.ref) ? func_from_handle(store, raw.ref) : (cupel_func_t){0};
}

bool cupel_externref_to_raw(const cupel_context_t *ctx, cupel_externref_t ref, cupel_raw_t *out)
{
    const struct cupel_store *store = context_store(ctx);
    out->ref = ref.store_id == 0 ? 0 : (uint64_t)ref.index + 1;
    return ref.store_id == 0 || (ref.store_id == store->id && ref.index < store->externrefs.len);
}

cupel_externref_t cupel_externref_from_raw(const cupel_context_t *ctx, cupel_raw_t raw)
{
    const struct cupel_store *store = context_store(ctx);
    if (raw.ref == 0 || !externref_known(store, raw.ref))
        return (cupel_externref_t){0};
    return (cupel_externref_t){store->id, (uint32_t)(raw.ref - 1)};
}
