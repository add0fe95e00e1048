/*
 * What is read back is what was written: the same code op for op, the same image when it is written again, the same runs. For random modules,
 * for the benchmark modules where they are, and for a module by hand.
 */
#include "config.h"

#include "tests/engine/serial/serial_tests.h"
#include "tests/engine/translate/random_module.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void hash_line(void *env, const char *line)
{
    uint64_t *hash = env;
    for (; *line; line++)
        *hash = (*hash ^ (uint8_t)*line) * UINT64_C(0x100000001b3);
}

static uint64_t hash_of_dump(const cupel_module_t *module)
{
    cupel_module_info_t info;
    uint64_t hash = 14695981039346656037u;
    cupel_module_info(module, &info);
    for (uint32_t f = info.imported_functions; f < info.functions; f++)
        must(cupel_module_dump(module, f, hash_line, &hash));
    return hash;
}

static void compare_info(const cupel_module_t *a, const cupel_module_t *b)
{
    cupel_module_info_t x, y;
    memset(&x, 0, sizeof x);
    memset(&y, 0, sizeof y);
    cupel_module_info(a, &x);
    cupel_module_info(b, &y);
    ck_assert_mem_eq(&x, &y, sizeof x);
    ck_assert_uint_eq(cupel_module_import_count(a), cupel_module_import_count(b));
    ck_assert_uint_eq(cupel_module_export_count(a), cupel_module_export_count(b));
    ck_assert_uint_eq(cupel_module_custom_section_count(a), cupel_module_custom_section_count(b));
    for (uint32_t f = 0; f < x.functions; f++) {
        cupel_name_t m = cupel_module_func_name(a, f), n = cupel_module_func_name(b, f);
        ck_assert(m.len == n.len && (m.len == 0 || memcmp(m.data, n.data, m.len) == 0));
    }
}

static void check_module(cupel_engine_t *engine, cupel_module_t *module, bool dump)
{
    cupel_module_t *back;
    cupel_bytes_t image, again;
    must(cupel_module_serialize(module, &image));
    must(cupel_module_deserialize(engine, image.data, image.len, &back));
    must(cupel_module_serialize(back, &again));
    ck_assert_uint_eq(image.len, again.len);
    ck_assert_mem_eq(image.data, again.data, image.len);
    compare_info(module, back);
    if (dump)
        ck_assert_uint_eq(hash_of_dump(module), hash_of_dump(back));
    cupel_bytes_delete(&image);
    cupel_bytes_delete(&again);
    cupel_module_delete(back);
}

START_TEST(random_modules)
{
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct world t;
        struct rng g = rng_new(seed);
        uint32_t types[RANDOM_MAX_FUNCS];
        world_init(&t, (seed & 1 ? WORLD_METERED : 0) | (seed & 2 ? WORLD_CHECKED : 0));
        random_module(&g, &t.w, types);
        cupel_module_t *module = world_compile(&t);
        check_module(t.engine, module, true);
        cupel_module_delete(module);
        world_fini(&t);
    }
}
END_TEST

static uint8_t *read_file(const char *path, size_t *len)
{
    FILE *f = fopen(path, "rb");
    ck_assert_msg(f != NULL, "%s", path);
    fseek(f, 0, SEEK_END);
    *len = (size_t)ftell(f);
    rewind(f);
    uint8_t *bytes = malloc(*len);
    ck_assert_uint_eq(fread(bytes, 1, *len, f), *len);
    fclose(f);
    return bytes;
}

static void check_file(const char *path, unsigned flags)
{
    struct world t;
    size_t len;
    cupel_module_t *module;
    uint8_t *bytes = read_file(path, &len);
    world_init(&t, flags);
    cupel_error_t *error = cupel_module_new(t.engine, bytes, len, &module);
    if (!error) {
        check_module(t.engine, module, len < 100000);
        cupel_module_delete(module);
    } else { /* some need what this build does not have */
        ck_assert_int_eq(cupel_error_kind(error), CUPEL_ERROR_UNSUPPORTED);
        cupel_error_delete(error);
    }
    world_fini(&t);
    free(bytes);
}

START_TEST(benchmark_modules)
{
    const char *folder = getenv("CUPEL_BENCH_DIR");
    DIR *dir = folder && *folder ? opendir(folder) : NULL;
    if (!dir)
        return;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        size_t len = strlen(entry->d_name);
        char path[1024];
        if (len < 5 || strcmp(entry->d_name + len - 5, ".wasm") != 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        check_file(path, _i ? WORLD_METERED : WORLD_CHECKED);
    }
    closedir(dir);
}
END_TEST

/* Every way through the module by hand, before and after. */
START_TEST(runs_are_the_same)
{
    struct world t;
    cupel_bytes_t image;
    cupel_module_t *back;
    world_init(&t, _i ? WORLD_CHECKED : 0);
    cupel_module_t *module = small_module(&t);
    must(cupel_module_serialize(module, &image));
    must(cupel_module_deserialize(t.engine, image.data, image.len, &back));
    cupel_func_t before = small_run(&t, module), after = small_run(&t, back);
    for (int32_t a = 0; a < 5; a++)
        for (int32_t b = 1; b < 3; b++)
            ck_assert_int_eq(call_i32(&t, before, ARGS(a, b)), call_i32(&t, after, ARGS(a, b)));
    ck_assert_int_eq(call_i32(&t, after, ARGS(0, 7)), 14);
    ck_assert_int_eq(call_i32(&t, after, ARGS(2, 1)), 7);
    cupel_trap_t *x = call_trap(&t, before, ARGS(0, 0)), *y = call_trap(&t, after, ARGS(0, 0));
    cupel_frame_t f, g;
    ck_assert(cupel_trap_frame(x, 0, &f) && cupel_trap_frame(y, 0, &g));
    ck_assert_uint_eq(f.module_offset, g.module_offset);
    ck_assert(g.func_name.len == 3 && memcmp(g.func_name.data, "run", 3) == 0);
    expect_trap(x, CUPEL_TRAP_INTEGER_DIVISION_BY_ZERO, "");
    expect_trap(y, CUPEL_TRAP_INTEGER_DIVISION_BY_ZERO, "");
    cupel_bytes_delete(&image);
    cupel_module_delete(module);
    cupel_module_delete(back);
    world_fini(&t);
}
END_TEST

/* A module without code, and one with imports only. */
START_TEST(modules_without_code)
{
    struct world t;
    world_init(&t, 0);
    if (_i)
        wasm_import_func(&t.w, "a", "b", wasm_type(&t.w, "i", "i"));
    cupel_module_t *module = world_compile(&t);
    check_module(t.engine, module, true);
    cupel_module_delete(module);
    world_fini(&t);
}
END_TEST

void add_round_trip(TCase *tc)
{
    tcase_add_test(tc, random_modules);
    tcase_add_loop_test(tc, benchmark_modules, 0, 2);
    tcase_add_loop_test(tc, runs_are_the_same, 0, 2);
    tcase_add_loop_test(tc, modules_without_code, 0, 2);
}
