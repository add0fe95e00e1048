/*
 * Damaged images. What does not fit its checksum is refused; what does, since the damage was done before it, is refused or safe: no access leaves
 * the frame, the memory or the code. (It may compute nonsense, or for ever.)
 */
#include "tests/engine/serial/serial_tests.h"

#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/serial/image.h"

static cupel_bytes_t small_image(struct world *t)
{
    cupel_bytes_t image;
    cupel_module_t *module = small_module(t);
    must(cupel_module_serialize(module, &image));
    cupel_module_delete(module);
    return image;
}

static void expect_refused(struct world *t, const uint8_t *image, size_t len, const char *what,
                           size_t where)
{
    cupel_module_t *module;
    cupel_error_t *error = cupel_module_deserialize(t->engine, image, len, &module);
    ck_assert_msg(error != NULL, "%s %zu: accepted", what, where);
    ck_assert_ptr_null(module);
    ck_assert_msg(cupel_error_kind(error) == CUPEL_ERROR_IMAGE, "%s %zu: %s", what, where,
                  cupel_error_message(error));
    ck_assert_uint_gt(strlen(cupel_error_message(error)), 10);
    cupel_error_delete(error);
}

START_TEST(every_byte_counts)
{
    struct world t;
    world_init(&t, WORLD_METERED);
    cupel_bytes_t image = small_image(&t);
    for (size_t i = 0; i < image.len; i++)
        for (unsigned bit = 0; bit < 8; bit += 7) {
            image.data[i] ^= (uint8_t)(1u << bit);
            /* what stands behind the key's end is not looked at */
            bool padding = i >= 8 + strlen((char *)image.data + 8) + 1 && i < 8 + IMAGE_KEY_SIZE;
            if (!padding)
                expect_refused(&t, image.data, image.len, "byte", i);
            image.data[i] ^= (uint8_t)(1u << bit);
        }
    cupel_module_t *module;
    must(cupel_module_deserialize(t.engine, image.data, image.len, &module));
    cupel_module_delete(module);
    cupel_bytes_delete(&image);
    world_fini(&t);
}
END_TEST

START_TEST(every_length)
{
    struct world t;
    world_init(&t, WORLD_METERED);
    cupel_bytes_t image = small_image(&t);
    for (size_t len = 0; len < image.len; len++) {
        uint8_t *copy = malloc(len ? len : 1);
        memcpy(copy, image.data, len);
        expect_refused(&t, copy, len, "length", len);
        image_mend(copy, len);
        expect_refused(&t, copy, len, "mended length", len);
        free(copy);
    }
    cupel_bytes_delete(&image);
    world_fini(&t);
}
END_TEST

/* Every field of the header, with values at borders, the checksum right. */
START_TEST(every_field)
{
    static const uint64_t values[] = {
        0,         1, 7, 8, 9, 64, 255, 256, 4096, 65536, UINT32_MAX, INT64_MAX, UINT64_MAX - 7,
        UINT64_MAX};
#define FIELDS(id)                                                                                 \
    offsetof(struct image_header, part[id].offset), offsetof(struct image_header, part[id].len)
    static const size_t fields[] = {FIELDS(IMAGE_SKELETON), FIELDS(IMAGE_RANGES),
                                    FIELDS(IMAGE_CHECKSUMS), FIELDS(IMAGE_CODE),
                                    FIELDS(IMAGE_POSITIONS)};
    struct world t;
    world_init(&t, WORLD_METERED);
    cupel_bytes_t image = small_image(&t);
    for (size_t f = 0; f < sizeof fields / sizeof *fields; f++)
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
            if (memcmp(image.data + fields[f], &values[i], sizeof values[i]) == 0)
                continue;
            uint8_t *copy = malloc(image.len);
            memcpy(copy, image.data, image.len);
            memcpy(copy + fields[f], &values[i], sizeof values[i]);
            image_mend(copy, image.len);
            expect_refused(&t, copy, image.len, "field", f);
            free(copy);
        }
    cupel_bytes_delete(&image);
    world_fini(&t);
}
END_TEST

START_TEST(of_another_engine)
{
    struct world t, other;
    world_init(&t, _i & 1 ? WORLD_METERED : 0);
    world_init(&other, (_i & 1 ? 0 : WORLD_METERED) | (_i & 2 ? WORLD_CHECKED : 0));
    cupel_bytes_t image = small_image(&t);
    ck_assert_str_ne(cupel_engine_image_key(t.engine), cupel_engine_image_key(other.engine));
    expect_refused(&other, image.data, image.len, "another configuration", (size_t)_i);
    cupel_bytes_delete(&image);
    world_fini(&t);
    world_fini(&other);
}
END_TEST

/* The features that are on decide what decodes, so they are part of the key. */
START_TEST(of_other_features)
{
    struct world t;
    cupel_config_t *config = cupel_config_new();
    must(cupel_config_set_feature(config, "tail-call", false));
    cupel_engine_t *engine = cupel_engine_new_with_config(config);
    world_init(&t, 0);
    ck_assert_str_ne(cupel_engine_image_key(t.engine), cupel_engine_image_key(engine));
    cupel_engine_delete(engine);
    world_fini(&t);
}
END_TEST

/* ---- Running what was accepted ---- */

/* A picture of what is tried next, which survives the child that tries it. */
struct progress {
    volatile size_t bit;
    volatile bool running;
    volatile unsigned accepted, endless;
};

static void run_module(struct world *t, cupel_module_t *module)
{
    cupel_func_t f = small_run(t, module);
    if (f.store_id == 0)
        return;
    for (int32_t a = 0; a < 4; a++)
        for (int32_t b = 0; b < 4; b++) {
            cupel_val_t args[2] = {val_i32(a), val_i32(b)}, results[4];
            cupel_trap_t *trap = NULL;
            must(cupel_context_set_fuel(t->ctx, 2000));
            cupel_error_delete(cupel_func_call(t->ctx, f, args, 2, results, 4, &trap));
            cupel_trap_delete(trap);
        }
}

/* Bits from p->bit on, every `step`th, until all are done or one of them does not end. */
static void try_bits(unsigned flags, const cupel_bytes_t *image, size_t step, struct progress *p)
{
    size_t first = 8 * (offsetof(struct image_header, figures));
    uint8_t *copy = malloc(image->len);
    for (size_t bit = p->bit < first ? first : p->bit; bit < 8 * image->len; bit += step) {
        struct world t;
        cupel_module_t *module;
        p->bit = bit;
        memcpy(copy, image->data, image->len);
        copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
        image_mend(copy, image->len);
        world_init(&t, flags);
        cupel_error_t *error = cupel_module_deserialize(t.engine, copy, image->len, &module);
        cupel_error_delete(error);
        if (!error) {
            p->accepted++;
            p->running = true;
            alarm(2);
            run_module(&t, module);
            alarm(0);
            p->running = false;
            cupel_module_delete(module);
        }
        world_fini(&t);
    }
    free(copy);
    p->bit = 8 * image->len;
}

START_TEST(flipped_bits_with_a_fitting_checksum)
{
    unsigned flags = WORLD_METERED | (_i & 1 ? WORLD_CHECKED : 0);
    struct world t;
    const char *all = getenv("IMAGE_ALL_BITS");
    world_init(&t, flags);
    cupel_bytes_t image = small_image(&t);
    struct progress *p =
        mmap(NULL, sizeof *p, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(p, MAP_FAILED);
    while (p->bit < 8 * image.len) {
        int status;
        pid_t child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
            try_bits(flags, &image, all ? 1 : 7, p);
            kill(getpid(), SIGKILL); /* an exit is what valgrind would judge */
        }
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && p->bit == 8 * image.len)
            continue;
        ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM && p->running,
                      "bit %zu: status %#x", p->bit, status);
        p->running = false;
        p->endless++;
        p->bit++;
    }
    ck_assert_uint_gt(p->accepted, 100); /* numbers may be anything */
    munmap(p, sizeof *p);
    cupel_bytes_delete(&image);
    world_fini(&t);
}
END_TEST

void add_damage(TCase *tc)
{
    tcase_add_test(tc, every_byte_counts);
    tcase_add_test(tc, every_length);
    tcase_add_test(tc, every_field);
    tcase_add_loop_test(tc, of_another_engine, 0, 4);
    tcase_add_test(tc, of_other_features);
    tcase_add_loop_test(tc, flipped_bits_with_a_fitting_checksum, 0, 2);
}
