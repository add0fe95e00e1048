/*
 * Everything here ends the test where the engine and the reference disagree, so callers only say what they do.
 */
#include "tests/engine/exec/both.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tests/engine/exec/number_values.h"

#define FUEL 100000

/* What a module imports, if it imports anything. */
static cupel_trap_t *identity(void *env, cupel_caller_t *caller, const cupel_val_t *args,
                              size_t nargs, cupel_val_t *results, size_t nresults)
{
    (void)env, (void)caller, (void)nargs, (void)nresults;
    results[0] = args[0];
    return NULL;
}

static bool reference_identity(void *env, uint64_t *values)
{
    (void)env, (void)values;
    return true;
}

void both_init(struct both *b, struct wasm *w)
{
    size_t len;
    const uint8_t *bytes = wasm_finish(w, &len);
    b->wasm = malloc(len);
    ck_assert_ptr_nonnull(b->wasm);
    memcpy(b->wasm, bytes, len);
    wasm_fini(w);
    for (int i = 0; i < BOTH_WAYS; i++) {
        struct world *t = &b->worlds[i];
        cupel_module_t *module;
        cupel_trap_t *trap;
        world_init(t, WORLD_METERED | (i ? WORLD_CHECKED : 0));
        must(cupel_module_new(t->engine, b->wasm, len, &module));
        cupel_extern_t import = extern_func(host_func(t, "i", "i", identity, NULL));
        size_t nimports = cupel_module_import_count(module);
        must(cupel_instance_new(t->ctx, module, &import, nimports, &b->instances[i], &trap));
        ck_assert_ptr_null(trap);
        cupel_module_delete(module);
    }
    b->r = reference_new(b->wasm, len);
    if (b->r->nfuncs > 0 && b->r->funcs[0].imported)
        b->r->funcs[0].host = reference_identity;
    ck_assert(reference_instantiate(b->r));
}

void both_fini(struct both *b)
{
    for (int i = 0; i < BOTH_WAYS; i++)
        world_fini(&b->worlds[i]);
    reference_delete(b->r);
    free(b->wasm);
}

static cupel_val_t val_of(uint8_t type, uint64_t cell)
{
    cupel_val_t v = {.kind = (cupel_valkind_t)(0x7f - type)};
    if (v.kind == CUPEL_I32 || v.kind == CUPEL_F32)
        v.of.f32_bits = (uint32_t)cell;
    else
        v.of.f64_bits = cell;
    return v;
}

static uint64_t cell_of(const cupel_val_t *v)
{
    return v->kind == CUPEL_I32 || v->kind == CUPEL_F32 ? v->of.f32_bits : v->of.f64_bits;
}

static void compare_trap(const struct both *b, const cupel_trap_t *trap, const char *what)
{
    const char *mine = trap ? cupel_trapcode_name(cupel_trap_code(trap)) : "none";
    const char *wanted = b->r->trap ? b->r->trap : "none";
    ck_assert_msg(strcmp(mine, wanted) == 0, "%s: trap %s, not %s", what, mine, wanted);
    if (!trap)
        return;
    bool fuel = cupel_trap_code(trap) ==
                CUPEL_TRAP_OUT_OF_FUEL; /* stands at the block, not at an instruction */
    ck_assert_msg(cupel_trap_depth(trap) == b->r->nframes, "%s: %zu frames", what,
                  cupel_trap_depth(trap));
    for (uint32_t i = 0; i < b->r->nframes && i < 48; i++) {
        const struct reference_frame *f = &b->r->frames[b->r->nframes - 1 - i];
        cupel_frame_t frame;
        ck_assert(cupel_trap_frame(trap, i, &frame));
        ck_assert_msg(frame.func_index == f->func &&
                          (frame.module_offset == f->offset || (fuel && i == 0)),
                      "%s: frame %u: function %u at %" PRIu64 ", not %u at %" PRIu64, what, i,
                      frame.func_index, frame.module_offset, f->func, f->offset);
    }
}

static void call_one_way(struct both *b, int way, const char *name, const cupel_val_t *args,
                         const struct reference_type *type, const uint64_t *cells, const char *what)
{
    struct world *t = &b->worlds[way];
    cupel_val_t results[16];
    cupel_trap_t *trap;
    uint64_t left;
    cupel_func_t func = get_func(t, b->instances[way], name);
    must(cupel_context_set_fuel(t->ctx, FUEL));
    must(cupel_func_call(t->ctx, func, args, type->nparams, results, 16, &trap));
    must(cupel_context_get_fuel(t->ctx, &left));
    compare_trap(b, trap, what);
    for (uint32_t i = 0; !trap && i < type->nresults; i++) {
        uint64_t mine = cell_of(&results[i]);
        ck_assert_msg(number_equal("iIfF"[0x7f - type->results[i]], mine, cells[i]),
                      "%s: result %u is %#" PRIx64 ", not %#" PRIx64 " (%s)", what, i, mine,
                      cells[i], way ? "checks" : "guard pages");
    }
    ck_assert_msg(left == b->r->fuel, "%s: %" PRIu64 " fuel left, not %" PRIu64, what, left,
                  b->r->fuel);
    cupel_trap_delete(trap);
}

uint64_t both_call(struct both *b, const char *name, const uint64_t *args, const char *what,
                   bool *trapped)
{
    uint32_t index = reference_export(b->r, name, 0);
    ck_assert_msg(index != UINT32_MAX, "there is no function %s", name);
    const struct reference_type *type = &b->r->types[b->r->funcs[index].type];
    cupel_val_t vals[16];
    uint64_t cells[REFERENCE_MAX_VALUES] = {0};
    ck_assert_uint_le(type->nparams, 16);
    for (uint32_t i = 0; i < type->nparams; i++) {
        vals[i] = val_of(type->params[i], args[i]);
        cells[i] = args[i];
    }
    b->r->fuel = FUEL;
    bool ok = reference_call(b->r, index, cells);
    for (int way = 0; way < BOTH_WAYS; way++)
        call_one_way(b, way, name, vals, type, cells, what);
    if (trapped)
        *trapped = !ok;
    return ok && type->nresults > 0 ? cells[0] : 0;
}

void both_compare_memory(struct both *b, const char *what)
{
    for (int way = 0; way < BOTH_WAYS; way++) {
        struct world *t = &b->worlds[way];
        uint8_t *data;
        size_t size;
        must(cupel_memory_data(t->ctx, get_export(t, b->instances[way], "m").of.memory, &data,
                               &size));
        ck_assert_msg(size == b->r->memory_size, "%s: %zu bytes", what, size);
        ck_assert_msg(memcmp(data, b->r->memory, size) == 0, "%s: the memories differ", what);
    }
}
