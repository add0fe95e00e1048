/*
 * Every allocation between bytes and a result fails once, on the way through an image: each failure is an error of that kind, and the engine goes on
 * as if nothing had been. A sanitizer or valgrind looks on for leaks.
 */
#include "config.h"

#include "tests/engine/serial/serial_tests.h"

#ifdef CUPEL_FAULT_INJECTION
#include <string.h>

#include "engine/base/alloc.h"

struct trip {
    cupel_engine_t *engine; /* of before, to be usable still */
    const uint8_t *wasm;
    size_t len;
    int32_t result;
    bool lazily;
};

/* NULL, or an error that says that memory is exhausted. */
static bool failed(cupel_error_t *error)
{
    if (!error)
        return false;
    ck_assert_msg(cupel_error_kind(error) == CUPEL_ERROR_OUT_OF_MEMORY, "%s",
                  cupel_error_message(error));
    cupel_error_delete(error);
    return true;
}

static cupel_trap_t *host(void *env, cupel_caller_t *caller, const cupel_val_t *args, size_t nargs,
                          cupel_val_t *results, size_t nresults)
{
    (void)env, (void)caller, (void)nargs, (void)nresults;
    results[0] = args[0];
    return NULL;
}

static bool call(struct trip *trip, cupel_store_t *store, cupel_module_t *module)
{
    static const cupel_valkind_t i32[] = {CUPEL_I32};
    cupel_context_t *ctx = cupel_store_context(store);
    cupel_functype_t *type = cupel_functype_new(i32, 1, i32, 1);
    cupel_extern_t import = {.kind = CUPEL_EXTERN_FUNC}, run;
    cupel_instance_t instance;
    cupel_trap_t *trap = NULL;
    cupel_val_t args[2] = {val_i32(9), val_i32(1)}, result = val_i32(0);
    bool bad = !type || failed(cupel_func_new(ctx, type, host, NULL, NULL, &import.of.func)) ||
               failed(cupel_instance_new(ctx, module, &import, 1, &instance, &trap));
    cupel_functype_delete(type);
    if (bad)
        return false;
    ck_assert_ptr_null(trap);
    ck_assert(cupel_instance_get_export(ctx, instance, "run", 3, &run));
    must(cupel_context_set_fuel(ctx, 100000));
    if (failed(cupel_func_call(ctx, run.of.func, args, 2, &result, 1, &trap)))
        return false;
    if (trap) { /* the host's memory, seen from within */
        expect_trap(trap, CUPEL_TRAP_OUT_OF_SYSTEM_MEMORY, "");
        return false;
    }
    trip->result = result.of.i32;
    return true;
}

static bool read_piece(void *env, uint64_t offset, void *buf, size_t len)
{
    memcpy(buf, ((const cupel_bytes_t *)env)->data + offset, len);
    return true;
}

static cupel_error_t *read_image(struct trip *trip, const cupel_bytes_t *image,
                                 cupel_module_t **out)
{
    cupel_image_source_t source = {read_piece, NULL, (void *)(uintptr_t)image, image->len};
    return trip->lazily ? cupel_module_deserialize_lazily(trip->engine, &source, out)
                        : cupel_module_deserialize(trip->engine, image->data, image->len, out);
}

static bool run_from_image(struct trip *trip, const cupel_bytes_t *image)
{
    cupel_module_t *module;
    if (failed(read_image(trip, image, &module))) {
        ck_assert_ptr_null(module);
        return false;
    }
    cupel_store_t *store = cupel_store_new(trip->engine, NULL, NULL);
    bool ok = store && call(trip, store, module);
    cupel_store_delete(store);
    cupel_module_delete(module);
    return ok;
}

static bool travel(struct trip *trip)
{
    cupel_module_t *module;
    cupel_bytes_t image;
    if (failed(cupel_module_new(trip->engine, trip->wasm, trip->len, &module))) {
        ck_assert_ptr_null(module);
        return false;
    }
    bool ok = !failed(cupel_module_serialize(module, &image));
    cupel_module_delete(module);
    ck_assert(ok || image.data == NULL);
    ok = ok && run_from_image(trip, &image);
    cupel_bytes_delete(&image);
    return ok;
}

START_TEST(every_allocation)
{
    struct world t;
    struct wasm w;
    struct trip trip = {0};
    world_init(&t, WORLD_METERED | (_i & 1 ? WORLD_CHECKED : 0));
    trip.lazily = _i & 2;
    wasm_init(&w);
    build_small(&w);
    trip.wasm = wasm_finish(&w, &trip.len);
    trip.engine = t.engine;
    ck_assert(travel(&trip));
    int32_t result = trip.result;
    uint64_t n = 0, failures = 0, count;
    do {
        trip.result = 0;
        mem_fail_at(++n);
        bool ok = travel(&trip);
        count = mem_alloc_count();
        mem_fail_at(0);
        ck_assert(!ok || trip.result == result);
        failures += !ok;
        trip.result = 0;
        ck_assert_msg(travel(&trip) && trip.result == result, "after failure %lu",
                      (unsigned long)n);
    } while (n <= count);
    ck_assert_uint_gt(failures, 20);
    wasm_fini(&w);
    world_fini(&t);
}
END_TEST

void add_image_oom(TCase *tc)
{
    tcase_add_loop_test(tc, every_allocation, 0, 4);
}
#else
void add_image_oom(TCase *tc)
{
    (void)tc;
}
#endif
