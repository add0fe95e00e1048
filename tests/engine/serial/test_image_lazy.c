/*
 * Images that are read piece by piece: only what is called is fetched, what is damaged ends the calls that need it and no others, and the source is
 * finalised once whatever happens.
 */
#include "tests/engine/serial/serial_tests.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/serial/image.h"

/* A source in memory that counts, and fails on demand. */
struct shelf {
    cupel_bytes_t image;
    int reads, fail_at; /* the read that fails, from 1; 0: none */
    size_t bytes;
    int finalised;
};

static bool read_shelf(void *env, uint64_t offset, void *buf, size_t len)
{
    struct shelf *s = env;
    ck_assert_uint_le(offset, s->image.len);
    ck_assert_uint_le(len, s->image.len - offset);
    if (++s->reads == s->fail_at)
        return false;
    memcpy(buf, s->image.data + offset, len);
    s->bytes += len;
    return true;
}

static void finalise_shelf(void *env)
{
    ((struct shelf *)env)->finalised++;
}

/* Functions "a", "b", "c" give 1, 2, 3; "d" calls "c" and adds 10. */
static void build(struct wasm *w)
{
    wasm_export_func(w, "a", "", "i", BYTES(W_I32_CONST, 1, W_END));
    wasm_export_func(w, "b", "", "i", BYTES(W_I32_CONST, 2, W_END));
    wasm_export_func(w, "c", "", "i", BYTES(W_I32_CONST, 3, W_END));
    wasm_export_func(w, "d", "", "i", BYTES(W_CALL, 2, W_I32_CONST, 10, W_I32_ADD, W_END));
}

static void fill_shelf(struct world *t, struct shelf *s)
{
    *s = (struct shelf){0};
    build(&t->w);
    cupel_module_t *module = world_compile(t);
    must(cupel_module_serialize(module, &s->image));
    cupel_module_delete(module);
}

static cupel_error_t *open_shelf(struct world *t, struct shelf *s, cupel_module_t **out)
{
    cupel_image_source_t source = {read_shelf, finalise_shelf, s, s->image.len};
    return cupel_module_deserialize_lazily(t->engine, &source, out);
}

static cupel_instance_t instance_of(struct world *t, cupel_module_t *module)
{
    cupel_instance_t instance;
    cupel_trap_t *trap;
    must(cupel_instance_new(t->ctx, module, NULL, 0, &instance, &trap));
    ck_assert_ptr_null(trap);
    return instance;
}

static cupel_error_t *try_call(struct world *t, cupel_instance_t instance, const char *name)
{
    cupel_val_t result;
    cupel_trap_t *trap = NULL;
    cupel_error_t *error =
        cupel_func_call(t->ctx, get_func(t, instance, name), NULL, 0, &result, 1, &trap);
    ck_assert_ptr_null(trap);
    return error;
}

static struct image_header *header_of(struct shelf *s)
{
    return (struct image_header *)(void *)s->image.data;
}

/* The stored code of a function. */
static uint8_t *code_in(struct shelf *s, uint32_t func)
{
    struct code_range r;
    memcpy(&r, s->image.data + header_of(s)->part[IMAGE_RANGES].offset + func * sizeof r, sizeof r);
    return s->image.data + header_of(s)->part[IMAGE_CODE].offset + r.start;
}

START_TEST(reads_what_is_called)
{
    struct world t;
    struct shelf s;
    cupel_module_t *module;
    world_init(&t, _i ? WORLD_CHECKED : 0);
    fill_shelf(&t, &s);
    must(open_shelf(&t, &s, &module));
    ck_assert_uint_le(s.bytes, header_of(&s)->part[IMAGE_CODE].offset);
    int reads = s.reads;
    cupel_instance_t inst = instance_of(&t, module);
    ck_assert_int_eq(s.reads, reads);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "b"), NO_ARGS), 2);
    ck_assert_int_gt(s.reads, reads);
    reads = s.reads;
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "b"), NO_ARGS), 2);
    ck_assert_int_eq(s.reads, reads);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "d"), NO_ARGS), 13);
    ck_assert_uint_lt(s.bytes, s.image.len); /* "a" is still there */
    cupel_module_delete(module);
    ck_assert_int_eq(s.finalised, 0);
    world_fini(&t);
    ck_assert_int_eq(s.finalised, 1);
    cupel_bytes_delete(&s.image);
}
END_TEST

START_TEST(writes_the_same_image)
{
    struct world t;
    struct shelf s;
    cupel_module_t *module;
    cupel_bytes_t again;
    world_init(&t, WORLD_METERED);
    fill_shelf(&t, &s);
    must(open_shelf(&t, &s, &module));
    must(cupel_module_serialize(module, &again));
    ck_assert_uint_eq(again.len, s.image.len);
    ck_assert_mem_eq(again.data, s.image.data, again.len);
    cupel_bytes_delete(&again);
    cupel_module_delete(module);
    world_fini(&t);
    cupel_bytes_delete(&s.image);
}
END_TEST

static void expect_call_refused(struct world *t, cupel_instance_t inst, const char *name)
{
    cupel_error_t *error = try_call(t, inst, name);
    ck_assert_ptr_nonnull(error);
    expect_error(error, CUPEL_ERROR_IMAGE, "image");
}

/* A byte of "c" is wrong, seen by its checksum or, with a fitting one, by the verifier. */
START_TEST(damage_ends_the_calls_that_need_it)
{
    struct world t;
    struct shelf s;
    cupel_module_t *module;
    world_init(&t, 0);
    fill_shelf(&t, &s);
    uint8_t *wrong = code_in(&s, 2) + (_i ? 0 : 8);
    *wrong ^= 0x55;
    if (_i)
        image_mend(s.image.data, s.image.len);
    must(open_shelf(&t, &s, &module));
    cupel_instance_t inst = instance_of(&t, module);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "a"), NO_ARGS), 1);
    for (int again = 0; again < 2; again++) {
        expect_call_refused(&t, inst, "c");
        expect_call_refused(&t, inst, "d");
    }
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "b"), NO_ARGS), 2);
    cupel_bytes_t image;
    expect_error(cupel_module_serialize(module, &image), CUPEL_ERROR_IMAGE, "image");
    if (!_i) { /* nothing of the failure is left */
        *wrong ^= 0x55;
        ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "d"), NO_ARGS), 13);
    }
    cupel_module_delete(module);
    world_fini(&t);
    cupel_bytes_delete(&s.image);
}
END_TEST

START_TEST(every_byte_of_the_head_counts)
{
    struct world t;
    struct shelf s;
    cupel_module_t *module;
    world_init(&t, 0);
    fill_shelf(&t, &s);
    size_t key_end = 8 + strlen((char *)s.image.data + 8) + 1;
    int opened = 0;
    for (size_t i = 0; i < header_of(&s)->part[IMAGE_CODE].offset; i++) {
        if (i >= key_end && i < 8 + IMAGE_KEY_SIZE)
            continue; /* what stands behind the key's end is not looked at */
        s.image.data[i] ^= 0x10;
        cupel_error_t *error = open_shelf(&t, &s, &module);
        ck_assert_msg(error && cupel_error_kind(error) == CUPEL_ERROR_IMAGE, "byte %zu", i);
        ck_assert_ptr_null(module);
        cupel_error_delete(error);
        s.image.data[i] ^= 0x10;
        ck_assert_int_eq(s.finalised, ++opened);
    }
    world_fini(&t);
    cupel_bytes_delete(&s.image);
}
END_TEST

START_TEST(failing_reads)
{
    struct world t;
    struct shelf s;
    cupel_module_t *module;
    world_init(&t, 0);
    fill_shelf(&t, &s);
    int n = 1, before = 0;
    for (bool done = false; !done; n++) {
        s.reads = 0;
        s.fail_at = n;
        cupel_error_t *error = open_shelf(&t, &s, &module);
        done = !error;
        if (error) {
            expect_error(error, CUPEL_ERROR_IMAGE, "cannot be read");
            ck_assert_int_eq(s.finalised, ++before);
        }
    }
    ck_assert_int_gt(n, 4);
    s.reads = 0;
    s.fail_at = 1;
    cupel_instance_t inst = instance_of(&t, module);
    expect_call_refused(&t, inst, "d");
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "d"), NO_ARGS), 13);
    cupel_module_delete(module);
    world_fini(&t);
    ck_assert_int_eq(s.finalised, before + 1);
    cupel_bytes_delete(&s.image);
}
END_TEST

START_TEST(files)
{
    struct world t;
    struct shelf s;
    cupel_module_t *module;
    char path[] = "/tmp/cupel-image-XXXXXX";
    world_init(&t, 0);
    fill_shelf(&t, &s);
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, s.image.data, s.image.len), (ssize_t)s.image.len);
    must(cupel_module_deserialize_file(t.engine, path, &module));
    cupel_instance_t inst = instance_of(&t, module);
    ck_assert_int_eq(call_i32(&t, get_func(&t, inst, "d"), NO_ARGS), 13);
    ck_assert_int_eq(ftruncate(fd, 100), 0);
    expect_call_refused(&t, inst, "b");
    cupel_module_delete(module);
    expect_error(cupel_module_deserialize_file(t.engine, path, &module), CUPEL_ERROR_IMAGE, "");
    close(fd);
    unlink(path);
    expect_error(cupel_module_deserialize_file(t.engine, path, &module), CUPEL_ERROR_IMAGE, path);
    ck_assert_ptr_null(module);
    world_fini(&t);
    cupel_bytes_delete(&s.image);
}
END_TEST

/* ---- threads ---- */

#define THREADS 4

struct crowd {
    cupel_engine_t *engine;
    cupel_module_t *module;
};

static void *call_all(void *arg)
{
    static const char *const names[] = {"d", "b", "a", "c"};
    const struct crowd *crowd = arg;
    cupel_store_t *store = cupel_store_new(crowd->engine, NULL, NULL);
    cupel_context_t *ctx = cupel_store_context(store);
    cupel_instance_t inst;
    cupel_trap_t *trap = NULL;
    int sum = 0;
    bool ok = !cupel_instance_new(ctx, crowd->module, NULL, 0, &inst, &trap);
    for (int i = 0; i < 4 && ok; i++) {
        cupel_extern_t f;
        cupel_val_t result;
        ok = cupel_instance_get_export(ctx, inst, names[i], 1, &f) &&
             !cupel_func_call(ctx, f.of.func, NULL, 0, &result, 1, &trap) && !trap;
        sum += ok ? result.of.i32 : 0;
    }
    cupel_store_delete(store);
    return sum == 19 ? arg : NULL;
}

START_TEST(first_calls_at_once)
{
    for (int round = 0; round < 50; round++) {
        struct world t;
        struct shelf s;
        pthread_t threads[THREADS];
        struct crowd crowd;
        world_init(&t, 0);
        fill_shelf(&t, &s);
        crowd.engine = t.engine;
        must(open_shelf(&t, &s, &crowd.module));
        for (int i = 0; i < THREADS; i++)
            ck_assert_int_eq(pthread_create(&threads[i], NULL, call_all, &crowd), 0);
        for (int i = 0; i < THREADS; i++) {
            void *done;
            ck_assert_int_eq(pthread_join(threads[i], &done), 0);
            ck_assert_ptr_nonnull(done);
        }
        cupel_module_delete(crowd.module);
        world_fini(&t);
        cupel_bytes_delete(&s.image);
    }
}
END_TEST

void add_image_lazy(TCase *tc)
{
    tcase_add_loop_test(tc, reads_what_is_called, 0, 2);
    tcase_add_test(tc, writes_the_same_image);
    tcase_add_loop_test(tc, damage_ends_the_calls_that_need_it, 0, 2);
    tcase_add_test(tc, every_byte_of_the_head_counts);
    tcase_add_test(tc, failing_reads);
    tcase_add_test(tc, files);
    tcase_add_test(tc, first_calls_at_once);
}
