/*
 * One module, four ways through the engine: with guard pages, with checks and a short slice of fuel, read back from its image, and with no
 * instructions fused. Each has a
 * store of its own, in which the same calls are made in the same order.
 */
#include "tests/engine/translate/random_run.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/runtime/engine.h"
#include "tests/engine/reference.h"
#include "tests/engine/translate/random_module.h"

#define CALL_DEPTH 40
#define WAYS       4
#define MAX_VALUES 16

struct way {
    const char *name;
    cupel_store_t *store;
    cupel_context_t *ctx;
    cupel_instance_t instance;
};

struct run {
    struct way ways[WAYS];
    struct reference *r;
    struct rng g;
    struct random_tally *tally;
    char *why;
    size_t why_size;
};

static bool differ(struct run *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool differ(struct run *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(t->why, t->why_size, format, args);
    va_end(args);
    return false;
}

static void must(cupel_error_t *error)
{
    if (error) {
        fprintf(stderr, "random_run: %s\n", cupel_error_message(error));
        abort();
    }
}

/* ---- The host's functions, for both ---- */

static uint64_t host_f(uint32_t a, uint64_t b)
{
    return a * UINT64_C(31) + (b >> 1);
}

static double host_g(uint32_t *a, double x)
{
    *a = x != x ? *a + 1 : *a ^ 5;
    return x != x ? 1.0 : x * 0.5;
}

static bool reference_f(void *env, uint64_t *values)
{
    (void)env;
    values[0] = host_f((uint32_t)values[0], values[1]);
    return true;
}

static bool reference_g(void *env, uint64_t *values)
{
    uint32_t a = (uint32_t)values[0];
    double x;
    (void)env;
    memcpy(&x, &values[1], sizeof x);
    x = host_g(&a, x);
    memcpy(&values[0], &x, sizeof x);
    values[1] = a;
    return true;
}

static cupel_trap_t *callback_f(void *env, cupel_caller_t *caller, const cupel_val_t *args,
                                size_t nargs, cupel_val_t *results, size_t nresults)
{
    (void)env, (void)caller, (void)nargs, (void)nresults;
    results[0].of.i64 = (int64_t)host_f((uint32_t)args[0].of.i32, (uint64_t)args[1].of.i64);
    return NULL;
}

static cupel_trap_t *callback_g(void *env, cupel_caller_t *caller, const cupel_val_t *args,
                                size_t nargs, cupel_val_t *results, size_t nresults)
{
    uint32_t a = (uint32_t)args[0].of.i32;
    (void)env, (void)caller, (void)nargs, (void)nresults;
    results[0].of.f64 = host_g(&a, args[1].of.f64);
    results[1].of.i32 = (int32_t)a;
    return NULL;
}

static cupel_func_t new_host_func(cupel_context_t *ctx, const cupel_valkind_t *kinds,
                                  size_t nresults, cupel_callback_t callback)
{
    cupel_func_t func;
    cupel_functype_t *type = cupel_functype_new(kinds, 2, kinds + 2, nresults);
    if (!type)
        abort();
    must(cupel_func_new(ctx, type, callback, NULL, NULL, &func));
    cupel_functype_delete(type);
    return func;
}

/* ---- Setting up ---- */

static void make_imports(cupel_context_t *ctx, cupel_extern_t *imports)
{
    static const cupel_valkind_t f[] = {CUPEL_I32, CUPEL_I64, CUPEL_I64},
                                 g[] = {CUPEL_I32, CUPEL_F64, CUPEL_F64, CUPEL_I32};
    cupel_globaltype_t type = {CUPEL_I64, true};
    cupel_val_t value = {.kind = CUPEL_I64, .of.i64 = 77};
    imports[0] =
        (cupel_extern_t){CUPEL_EXTERN_FUNC, .of.func = new_host_func(ctx, f, 1, callback_f)};
    imports[1] =
        (cupel_extern_t){CUPEL_EXTERN_FUNC, .of.func = new_host_func(ctx, g, 2, callback_g)};
    imports[2].kind = imports[3].kind = CUPEL_EXTERN_GLOBAL;
    must(cupel_global_new(ctx, &type, &value, &imports[2].of.global));
    type.content = value.kind = CUPEL_F64;
    value.of.f64 = -3.5;
    must(cupel_global_new(ctx, &type, &value, &imports[3].of.global));
}

static bool never(void *env)
{
    (void)env;
    return false;
}

static cupel_module_t *read_back(cupel_engine_t *engine, cupel_module_t *module)
{
    cupel_bytes_t image;
    must(cupel_module_serialize(module, &image));
    cupel_module_delete(module);
    must(cupel_module_deserialize(engine, image.data, image.len, &module));
    cupel_bytes_delete(&image);
    return module;
}

static bool set_up(struct run *t, struct way *way, cupel_engine_t *engine, const uint8_t *wasm,
                   size_t len)
{
    cupel_store_limits_t limits;
    cupel_extern_t imports[4];
    cupel_trap_t *trap;
    cupel_module_t *module;
    engine->translate.unfused = way == &t->ways[3];
    cupel_error_t *error = cupel_module_new(engine, wasm, len, &module);
    engine->translate.unfused = false;
    if (error) {
        differ(t, "the module is refused: %s at %" PRIu64, cupel_error_message(error),
               cupel_error_offset(error));
        cupel_error_delete(error);
        return false;
    }
    if (way == &t->ways[2])
        module = read_back(engine, module);
    way->store = cupel_store_new(engine, NULL, NULL);
    cupel_store_limits_init(&limits);
    limits.call_depth = CALL_DEPTH;
    limits.stack_bytes = 8 << 20;
    must(cupel_store_set_limits(way->store, &limits));
    way->ctx = cupel_store_context(way->store);
    size_t nimports = cupel_module_import_count(module);
    if (nimports > 0)
        make_imports(way->ctx, imports);
    must(cupel_context_set_fuel(way->ctx, 1000000));
    if (way == &t->ways[1])
        must(cupel_store_set_interrupt(way->store, never, NULL, 1 + rng_below(&t->g, 40)));
    must(cupel_instance_new(way->ctx, module, imports, nimports, &way->instance, &trap));
    cupel_module_delete(module);
    if (trap)
        abort();
    return true;
}

/* ---- Comparing ---- */

static bool is_nan(cupel_valkind_t kind, uint64_t cell)
{
    if (kind == CUPEL_F32)
        return (cell & 0x7fffffff) > 0x7f800000;
    return kind == CUPEL_F64 && (cell & INT64_MAX) > UINT64_C(0x7ff) << 52;
}

static uint64_t cell_of(const cupel_val_t *v)
{
    return v->kind == CUPEL_I32 || v->kind == CUPEL_F32 ? v->of.f32_bits : v->of.f64_bits;
}

static bool equal_values(const cupel_val_t *v, uint64_t cell)
{
    uint64_t mine = cell_of(v);
    return mine == cell || (is_nan(v->kind, mine) && is_nan(v->kind, cell));
}

static bool compare_backtrace(struct run *t, const cupel_trap_t *trap)
{
    const struct reference *r = t->r;
    bool fuel = cupel_trap_code(trap) == CUPEL_TRAP_OUT_OF_FUEL;
    if (cupel_trap_depth(trap) != r->nframes)
        return differ(t, "%s: %zu frames, not %u", r->trap, cupel_trap_depth(trap), r->nframes);
    for (uint32_t i = 0; i < r->nframes; i++) {
        const struct reference_frame *wanted = &r->frames[r->nframes - 1 - i];
        cupel_frame_t frame;
        if (!cupel_trap_frame(trap, i, &frame))
            return differ(t, "%s: there is no frame %u", r->trap, i);
        if (frame.func_index != wanted->func ||
            (frame.module_offset != wanted->offset && (i > 0 || !fuel)))
            return differ(t, "%s: frame %u is %u at %" PRIu64 ", not %u at %" PRIu64, r->trap, i,
                          frame.func_index, frame.module_offset, wanted->func, wanted->offset);
    }
    return true;
}

static bool compare_memory(struct run *t, const struct way *way)
{
    const struct reference *r = t->r;
    cupel_extern_t memory;
    uint8_t *data;
    size_t size;
    if (!r->has_memory || !cupel_instance_get_export(way->ctx, way->instance, "memory", 6, &memory))
        return true;
    must(cupel_memory_data(way->ctx, memory.of.memory, &data, &size));
    if (size != r->memory_size)
        return differ(t, "the memory has %zu bytes, not %" PRIu64, size, r->memory_size);
    if (memcmp(data, r->memory, size) == 0)
        return true;
    for (size_t i = 0; i < size; i++)
        if (data[i] != r->memory[i])
            return differ(t, "byte %zu of the memory is %u, not %u", i, data[i], r->memory[i]);
    return true;
}

static bool compare_globals(struct run *t, const struct way *way)
{
    for (uint32_t i = 0; i < t->r->nexports; i++) {
        const struct reference_export *e = &t->r->exports[i];
        cupel_extern_t global;
        cupel_val_t value;
        if (e->kind != 3 || !cupel_instance_get_export(way->ctx, way->instance,
                                                       (const char *)e->name, e->len, &global))
            continue;
        must(cupel_global_get(way->ctx, global.of.global, &value));
        if (!equal_values(&value, t->r->globals[e->index]))
            return differ(t, "global %u is %" PRIx64 ", not %" PRIx64, e->index, cell_of(&value),
                          t->r->globals[e->index]);
    }
    return true;
}

static bool compare_results(struct run *t, const struct reference_type *type,
                            const cupel_val_t *results, const uint64_t *cells)
{
    for (uint32_t i = 0; i < type->nresults; i++)
        if (!equal_values(&results[i], cells[i]))
            return differ(t, "result %u is %" PRIx64 ", not %" PRIx64, i, cell_of(&results[i]),
                          cells[i]);
    return true;
}

static bool compare_trap(struct run *t, const cupel_trap_t *trap)
{
    const char *name = trap ? cupel_trapcode_name(cupel_trap_code(trap)) : "none";
    const char *wanted = t->r->trap ? t->r->trap : "none";
    if (strcmp(name, wanted) != 0)
        return differ(t, "trap %s, not %s", name, wanted);
    return !trap || compare_backtrace(t, trap);
}

/* ---- Calling ---- */

struct call {
    const struct reference_export *e;
    const struct reference_type *type;
    cupel_val_t args[MAX_VALUES];
    uint64_t fuel;
    uint64_t cells[REFERENCE_MAX_VALUES]; /* the reference's results */
};

static cupel_valkind_t kind_of(uint8_t type)
{
    return (cupel_valkind_t)(0x7f - type);
}

static void choose_arguments(struct run *t, struct call *c)
{
    for (uint32_t i = 0; i < c->type->nparams; i++) {
        cupel_val_t *v = &c->args[i];
        *v = (cupel_val_t){.kind = kind_of(c->type->params[i])};
        v->of.i64 = (int64_t)(v->kind == CUPEL_I32   ? rng_i32(&t->g)
                              : v->kind == CUPEL_I64 ? rng_i64(&t->g)
                              : v->kind == CUPEL_F32 ? rng_f32(&t->g)
                                                     : rng_f64(&t->g));
        c->cells[i] = cell_of(v);
    }
}

static bool call_one_way(struct run *t, const struct way *way, const struct call *c)
{
    cupel_val_t results[MAX_VALUES];
    cupel_extern_t item;
    cupel_trap_t *trap;
    uint64_t left;
    if (!cupel_instance_get_export(way->ctx, way->instance, (const char *)c->e->name, c->e->len,
                                   &item))
        return differ(t, "an export is missing");
    must(cupel_context_set_fuel(way->ctx, c->fuel));
    must(cupel_func_call(way->ctx, item.of.func, c->args, c->type->nparams, results, MAX_VALUES,
                         &trap));
    must(cupel_context_get_fuel(way->ctx, &left));
    bool same = compare_trap(t, trap) && (trap || compare_results(t, c->type, results, c->cells));
    cupel_trap_delete(trap);
    if (same && left != t->r->fuel)
        same = differ(t, "%" PRIu64 " of %" PRIu64 " fuel are left, not %" PRIu64, left, c->fuel,
                      t->r->fuel);
    return same && compare_memory(t, way) && compare_globals(t, way);
}

static bool call_all_ways(struct run *t, const struct reference_export *e)
{
    struct call c = {.e = e, .type = &t->r->types[t->r->funcs[e->index].type]};
    c.fuel = rng_once_in(&t->g, 3) ? rng_below(&t->g, 150) : 3000;
    choose_arguments(t, &c);
    t->r->fuel = c.fuel;
    bool ok = reference_call(t->r, e->index, c.cells);
    t->tally->calls++;
    t->tally->traps += !ok;
    t->tally->out_of_fuel += !ok && strcmp(t->r->trap, "out_of_fuel") == 0;
    for (size_t i = 0; i < WAYS; i++) {
        if (call_one_way(t, &t->ways[i], &c))
            continue;
        size_t used = strlen(t->why);
        snprintf(t->why + used, t->why_size - used, " (%.*s, %s)", (int)e->len,
                 (const char *)e->name, t->ways[i].name);
        return false;
    }
    return true;
}

static bool call_everything(struct run *t)
{
    for (int round = 0; round < 4; round++)
        for (uint32_t i = 0; i < t->r->nexports; i++)
            if (t->r->exports[i].kind == 0 && !call_all_ways(t, &t->r->exports[i]))
                return false;
    return true;
}

bool random_run_wasm(cupel_engine_t *guarded, cupel_engine_t *checked, const uint8_t *wasm,
                     size_t len, uint64_t seed, struct random_tally *tally, char *why,
                     size_t why_size)
{
    struct run t = {.ways = {{.name = "guard pages"},
                             {.name = "checks, slices"},
                             {.name = "image"},
                             {.name = "unfused"}},
                    .g = rng_new(seed ^ 0x5bd1e995),
                    .tally = tally,
                    .why = why,
                    .why_size = why_size};
    bool ok = true;
    for (size_t i = 0; i < WAYS && ok; i++)
        ok = set_up(&t, &t.ways[i], i == 1 ? checked : guarded, wasm, len);
    if (ok) {
        t.r = reference_new(wasm, len);
        t.r->call_depth = CALL_DEPTH;
        if (t.r->nimported_globals > 0) {
            t.r->funcs[0].host = reference_f;
            t.r->funcs[1].host = reference_g;
            t.r->globals[0] = 77;
            t.r->globals[1] = UINT64_C(0xc00c000000000000); /* -3.5 */
        }
        if (!reference_instantiate(t.r))
            abort();
        ok = call_everything(&t);
        tally->modules++;
        for (uint32_t i = 0; i < t.r->nfuncs; i++)
            tally->functions += !t.r->funcs[i].imported;
        reference_delete(t.r);
    }
    for (size_t i = 0; i < WAYS; i++)
        cupel_store_delete(t.ways[i].store);
    return ok;
}

bool random_run(cupel_engine_t *guarded, cupel_engine_t *checked, uint64_t seed,
                struct random_tally *tally, char *why, size_t size)
{
    struct wasm w;
    uint32_t types[RANDOM_MAX_FUNCS];
    size_t len;
    struct rng g = rng_new(seed);
    wasm_init(&w);
    random_module(&g, &w, types);
    const uint8_t *wasm = wasm_finish(&w, &len);
    bool ok = random_run_wasm(guarded, checked, wasm, len, seed, tally, why, size);
    const char *keep = getenv("RANDOM_KEEP");
    if (!ok && keep) {
        FILE *f = fopen(keep, "wb");
        if (f) {
            fwrite(wasm, 1, len, f);
            fclose(f);
        }
    }
    wasm_fini(&w);
    return ok;
}
