/*
 * Modules from readers, and from bytes that are trusted.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/engine/runtime/runtime_tests.h"

struct source {
    const uint8_t *bytes;
    size_t len, at;
    size_t piece;    /* at most so many at once */
    size_t fails_at; /* the read that reaches this fails, if it is not 0 */
    ssize_t lies;    /* given instead of the number, if it is not 0 */
    size_t largest;  /* most that was asked for */
    int reads, ends; /* calls, and calls that gave 0 */
};

static ssize_t read_source(void *env, void *buf, size_t len)
{
    struct source *s = env;
    size_t n = s->len - s->at < s->piece ? s->len - s->at : s->piece;
    n = n < len ? n : len;
    s->reads++;
    s->largest = len > s->largest ? len : s->largest;
    ck_assert_int_eq(s->ends, 0);
    if (s->lies)
        return s->lies > 0 ? (ssize_t)len + s->lies : s->lies;
    if (s->fails_at && s->at + n >= s->fails_at) {
        s->ends++;
        return -1;
    }
    memcpy(buf, s->bytes + s->at, n);
    s->at += n;
    s->ends += n == 0;
    return (ssize_t)n;
}

static cupel_error_t *stream(cupel_engine_t *engine, struct source *s, cupel_module_t **m)
{
    return cupel_module_new_streaming(engine, &(cupel_reader_t){read_source, s}, m);
}

/* A module of more than `size` bytes. */
static void build(struct wasm *w, size_t size)
{
    uint8_t *data = calloc(size, 1);
    wasm_memory(w, 1, WASM_NO_MAX);
    wasm_data(w, 0, data, size);
    wasm_export_func(w, "f", "i", "i", BYTES(W_LOCAL_GET, 0, W_I32_CONST, 1, W_I32_ADD, W_END));
    free(data);
}

START_TEST(in_pieces)
{
    static const size_t pieces[] = {1, 7, 4096, 8192, 1 << 20};
    struct world t;
    size_t len;
    world_init(&t, 0);
    build(&t.w, 30000);
    const uint8_t *bytes = wasm_finish(&t.w, &len);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct source s = {.bytes = bytes, .len = len, .piece = pieces[i]};
        cupel_module_t *m;
        cupel_module_info_t info;
        cupel_instance_t inst;
        cupel_trap_t *trap;
        must(stream(t.engine, &s, &m));
        ck_assert_int_eq(s.ends, 1);
        cupel_module_info(m, &info);
        ck_assert_uint_eq(info.wasm_bytes, len);
        must(cupel_instance_new(t.ctx, m, NULL, 0, &inst, &trap));
        ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "f"), ARGS(41)), 42);
        cupel_module_delete(m);
    }
    world_fini(&t);
}
END_TEST

START_TEST(failing_readers)
{
    struct world t;
    size_t len;
    cupel_module_t *m = (cupel_module_t *)&t;
    world_init(&t, 0);
    build(&t.w, 30000);
    const uint8_t *bytes = wasm_finish(&t.w, &len);
    struct source at_once = {.bytes = bytes, .len = len, .piece = 100, .fails_at = 1};
    expect_error(stream(t.engine, &at_once, &m), CUPEL_ERROR_HOST, "failed after 0 bytes");
    ck_assert_ptr_null(m);
    struct source later = {.bytes = bytes, .len = len, .piece = 100, .fails_at = 9950};
    expect_error(stream(t.engine, &later, &m), CUPEL_ERROR_HOST, "failed after 9892 bytes");
    struct source too_much = {.bytes = bytes, .len = len, .piece = 100, .lies = 5};
    expect_error(stream(t.engine, &too_much, &m), CUPEL_ERROR_HOST, "asked for");
    struct source nothing = {.bytes = bytes, .len = 0, .piece = 1};
    expect_error(stream(t.engine, &nothing, &m), CUPEL_ERROR_MALFORMED, "magic");
    struct source cut = {.bytes = bytes, .len = len - 1, .piece = 1000};
    expect_error(stream(t.engine, &cut, &m), CUPEL_ERROR_MALFORMED, "length out of bounds");
    world_fini(&t);
}
END_TEST

/* Nothing is read behind what shows that there is no module in it. */
START_TEST(refused_early)
{
    static const uint8_t page[100000] = "<html>";
    static const uint8_t huge[100000] = {0, 'a', 's',  'm',  1,    0,    0,
                                         0, 11,  0xff, 0xff, 0xff, 0xff, 0x07};
    struct world t;
    cupel_module_t *m;
    world_init(&t, 0);
    struct source no_module = {.bytes = page, .len = sizeof page, .piece = 10};
    expect_error(stream(t.engine, &no_module, &m), CUPEL_ERROR_MALFORMED, "magic");
    ck_assert_int_eq(no_module.reads, 1);
    struct source announced = {.bytes = huge, .len = sizeof huge, .piece = 20};
    expect_limit(stream(t.engine, &announced, &m), "module_bytes");
    ck_assert_int_eq(announced.reads, 1);
    world_fini(&t);
}
END_TEST

START_TEST(never_more_than_allowed)
{
    static uint8_t custom[60000] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    cupel_config_t *config = cupel_config_new();
    cupel_module_t *m;
    cupel_enforced_limits_t limits = {.module_bytes = 10000};
    cupel_config_set_enforced_limits(config, &limits);
    cupel_engine_t *engine = cupel_engine_new_with_config(config);
    for (size_t at = 8; at + 2 <= sizeof custom; at += 2)
        custom[at] = 0, custom[at + 1] = 0; /* sections of no bytes; each lacks its name */
    struct source s = {.bytes = custom, .len = sizeof custom, .piece = sizeof custom};
    expect_limit(stream(engine, &s, &m), "module_bytes");
    ck_assert_uint_eq(s.at, 10001);
    struct source fits = {.bytes = custom, .len = 10000, .piece = 1000};
    expect_error(stream(engine, &fits, &m), CUPEL_ERROR_MALFORMED, "custom section");
    cupel_engine_delete(engine);
}
END_TEST

/* ---- trusted bytes ---- */

static cupel_engine_t *engine_of(int mode)
{
    cupel_config_t *config = cupel_config_new();
    cupel_config_set_compilation_mode(config, (cupel_compilation_mode_t)mode);
    return cupel_engine_new_with_config(config);
}

START_TEST(unchecked)
{
    cupel_engine_t *engine = engine_of(_i);
    cupel_store_t *store = cupel_store_new(engine, NULL, NULL);
    cupel_context_t *ctx = cupel_store_context(store);
    cupel_module_t *m;
    cupel_instance_t inst;
    cupel_trap_t *trap;
    cupel_extern_t f;
    cupel_val_t arg = val_i32(1), result;
    struct wasm w;
    size_t len;
    wasm_init(&w);
    build(&w, 10);
    const uint8_t *bytes = wasm_finish(&w, &len);
    must(cupel_module_new_unchecked(engine, bytes, len, &m));
    must(cupel_instance_new(ctx, m, NULL, 0, &inst, &trap));
    ck_assert(cupel_instance_get_export(ctx, inst, "f", 1, &f));
    must(cupel_func_call(ctx, f.of.func, &arg, 1, &result, 1, &trap));
    ck_assert_int_eq(result.of.i32, 2);
    cupel_module_delete(m);
    expect_error(cupel_module_new_unchecked(engine, bytes, len - 1, &m), CUPEL_ERROR_MALFORMED,
                 "length out of bounds");
    expect_error(cupel_module_new_unchecked(engine, bytes, 3, &m), CUPEL_ERROR_MALFORMED, "magic");
    ck_assert_ptr_null(m);
    wasm_fini(&w);
    cupel_store_delete(store);
    cupel_engine_delete(engine);
}
END_TEST

/* Trust that is misplaced ends in errors, at the latest at the call. */
START_TEST(unchecked_and_invalid)
{
    static const struct {
        uint8_t body[6];
        size_t len;
    } rows[] = {{{W_END}, 1},
                {{W_DROP, W_DROP, W_I32_ADD, W_END}, 4},
                {{W_LOCAL_GET, 100, W_END}, 3},
                {{W_CALL, 100, W_END}, 3},
                {{W_BR, 100, W_END}, 3},
                {{W_I32_CONST, 0, W_I32_LOAD, 0, 0, W_END}, 6},
                {{0xff, W_END}, 2}};
    cupel_engine_t *engine = engine_of(_i);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cupel_store_t *store = cupel_store_new(engine, NULL, NULL);
        cupel_context_t *ctx = cupel_store_context(store);
        struct wasm w;
        size_t len;
        cupel_module_t *m;
        wasm_init(&w);
        wasm_export_func(&w, "f", "", "i", rows[i].body, rows[i].len);
        const uint8_t *bytes = wasm_finish(&w, &len);
        cupel_error_t *error = cupel_module_new_unchecked(engine, bytes, len, &m);
        if (!error) {
            cupel_instance_t inst;
            cupel_trap_t *trap;
            cupel_extern_t f;
            cupel_val_t result;
            must(cupel_instance_new(ctx, m, NULL, 0, &inst, &trap));
            ck_assert(cupel_instance_get_export(ctx, inst, "f", 1, &f));
            error = cupel_func_call(ctx, f.of.func, NULL, 0, &result, 1, &trap);
            ck_assert_ptr_null(trap);
        }
        ck_assert_msg(error, "row %zu", i);
        ck_assert(cupel_error_kind(error) == CUPEL_ERROR_INVALID ||
                  cupel_error_kind(error) == CUPEL_ERROR_MALFORMED);
        ck_assert_uint_eq(cupel_error_func_index(error), 0);
        cupel_error_delete(error);
        cupel_module_delete(m);
        wasm_fini(&w);
        cupel_store_delete(store);
    }
    cupel_engine_delete(engine);
}
END_TEST

void add_module_stream(TCase *tc)
{
    tcase_add_test(tc, in_pieces);
    tcase_add_test(tc, failing_readers);
    tcase_add_test(tc, refused_early);
    tcase_add_test(tc, never_more_than_allowed);
    tcase_add_loop_test(tc, unchecked, 0, 3);
    tcase_add_loop_test(tc, unchecked_and_invalid, 0, 3);
}
