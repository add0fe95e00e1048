/*
 * Memories that are used again begin as new ones do: whatever the last store wrote, grew or mapped there, and whichever way the engine found to make
 * them new.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/runtime/module_object.h"
#include "tests/engine/runtime/runtime_tests.h"

#define PAGE     65536
#define PAGES    20
#define DATA_AT  100000
#define OTHER_AT 300000

#define TEXT      "cupel"
#define TEXT_SIZE (sizeof TEXT - 1)

/* A memory of `pages` with `text` at DATA_AT and again at OTHER_AT, or without data. */
static cupel_module_t *module_with(struct world *t, uint32_t pages, const char *text)
{
    uint32_t memory = wasm_memory(&t->w, pages, 2 * pages);
    wasm_export(&t->w, "m", 2, memory);
    wasm_export_func(&t->w, "load", "i", "i", BYTES(W_LOCAL_GET, 0, W_I32_LOAD, 2, 0, W_END));
    if (text) {
        wasm_data(&t->w, DATA_AT, (const uint8_t *)text, strlen(text));
        wasm_data(&t->w, OTHER_AT, (const uint8_t *)text, strlen(text));
    }
    return world_compile(t);
}

/* A store of its own with one instance. */
struct life {
    struct world in;
    cupel_instance_t instance;
    cupel_memory_t memory;
};

static void begin(struct life *l, cupel_engine_t *engine, cupel_module_t *module)
{
    cupel_trap_t *trap;
    l->in.engine = engine;
    l->in.store = cupel_store_new(engine, NULL, NULL);
    l->in.ctx = cupel_store_context(l->in.store);
    must(cupel_instance_new(l->in.ctx, module, NULL, 0, &l->instance, &trap));
    ck_assert_ptr_null(trap);
    l->memory = get_export(&l->in, l->instance, "m").of.memory;
}

static uint8_t *contents(struct life *l, size_t *size)
{
    uint8_t *data;
    must(cupel_memory_data(l->in.ctx, l->memory, &data, size));
    return data;
}

static void expect_new(struct life *l, uint32_t pages, const char *text)
{
    size_t size, len = text ? strlen(text) : 0;
    const uint8_t *data = contents(l, &size);
    ck_assert_uint_eq(size, (size_t)pages * PAGE);
    if (len == 0) {
        ck_assert(is_zero(data, 0, size));
    } else {
        ck_assert(is_zero(data, 0, DATA_AT));
        ck_assert_mem_eq(data + DATA_AT, text, len);
        ck_assert(is_zero(data, DATA_AT + len, OTHER_AT));
        ck_assert_mem_eq(data + OTHER_AT, text, len);
        ck_assert(is_zero(data, OTHER_AT + len, size));
    }
    cupel_trap_delete(
        call_trap(&l->in, get_func(&l->in, l->instance, "load"), ARGS((int32_t)(pages * PAGE))));
}

/* Writes a byte in each `step`th piece of 4 KiB. */
static void soil(struct life *l, size_t step)
{
    size_t size;
    uint8_t *data = contents(l, &size);
    for (size_t i = 0; i < size; i += 4096 * step)
        data[i + 17] = 0xaa;
}

static void grow_and_soil(struct life *l, uint32_t delta)
{
    uint64_t before;
    size_t size;
    must(cupel_memory_grow(l->in.ctx, l->memory, delta, &before));
    const uint8_t *data = contents(l, &size);
    ck_assert(is_zero(data, size - (size_t)delta * PAGE, size));
    soil(l, 1);
}

static void end(struct life *l)
{
    cupel_store_delete(l->in.store);
}

static void watch_or_not(struct world *t, bool no_watch)
{
    if (no_watch) {
        page_watch_close(&t->engine->memories.watch);
    }
}

/* Steps of writing: all pages, few, every other one (more runs than are asked for), none. */
static const size_t steps[] = {1, 50, 2, 1000};
static const char *const texts[] = {NULL, TEXT};

START_TEST(as_new)
{
    struct world t;
    const char *text = texts[_i & 1];
    uint32_t pages = _i & 4 ? 1 : PAGES; /* the first is too small for the data */
    cupel_memory_figures_t figures;
    struct life l;
    world_init(&t, 0);
    watch_or_not(&t, _i & 2);
    if (pages == 1)
        text = NULL;
    cupel_module_t *module = module_with(&t, pages, text);
    for (size_t round = 0; round < 16; round++) {
        begin(&l, t.engine, module);
        expect_new(&l, pages, text);
        if (round & 1)
            grow_and_soil(&l, 1 + (uint32_t)(round & 1) * pages / 2);
        soil(&l, steps[round / 2 % 4]);
        end(&l);
    }
    cupel_engine_memory_figures(t.engine, &figures);
    ck_assert_uint_eq(figures.idle, 1);
    ck_assert_uint_eq(figures.most_idle, MEMORY_POOL_PLACES);
    ck_assert_uint_eq(figures.images, text ? 1 : 0);
    ck_assert_uint_eq(figures.mapped, 1);
    ck_assert_uint_eq(figures.reused, 15);
    ck_assert(!text == !module->image);
    cupel_module_delete(module);
    world_fini(&t);
}
END_TEST

START_TEST(modules_take_turns)
{
    static const char *const of[] = {"first", NULL, "third", "a much longer text than the others"};
    struct world t;
    struct life l;
    cupel_module_t *modules[4];
    world_init(&t, 0);
    watch_or_not(&t, _i);
    for (int i = 0; i < 4; i++)
        modules[i] = module_with(&t, PAGES + (uint32_t)i, of[i]);
    srand(7);
    for (int round = 0; round < 60; round++) {
        int i = rand() % 4;
        begin(&l, t.engine, modules[i]);
        expect_new(&l, PAGES + (uint32_t)i, of[i]);
        if (rand() % 3 == 0)
            grow_and_soil(&l, 3);
        soil(&l, 1 + (size_t)(rand() % 9));
        end(&l);
    }
    ck_assert_uint_eq(t.engine->memories.count, 1);
    for (int i = 0; i < 4; i++)
        cupel_module_delete(modules[i]);
    world_fini(&t);
}
END_TEST

/* Each gets what its own data says, wherever the allocator puts its image. */
START_TEST(modules_come_and_go)
{
    struct world t;
    struct life l;
    world_init(&t, 0);
    for (int i = 0; i < 40; i++) {
        char text[16];
        snprintf(text, sizeof text, "number %d", i);
        cupel_module_t *module = module_with(&t, PAGES, text);
        for (int round = 0; round < 3; round++) {
            begin(&l, t.engine, module);
            expect_new(&l, PAGES, text);
            soil(&l, 3);
            end(&l);
        }
        cupel_module_delete(module);
    }
    ck_assert_uint_eq(t.engine->memories.images_alive, 0);
    world_fini(&t);
}
END_TEST

START_TEST(several_at_once)
{
    enum { COUNT = 24 };
    struct world t;
    struct life lives[COUNT];
    world_init(&t, 0);
    cupel_module_t *module = module_with(&t, PAGES, TEXT);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < COUNT; i++) {
            begin(&lives[i], t.engine, module);
            expect_new(&lives[i], PAGES, TEXT);
            soil(&lives[i], 7);
        }
        for (int i = 0; i < COUNT; i++)
            end(&lives[i]);
    }
    ck_assert_uint_eq(t.engine->memories.count, MEMORY_POOL_PLACES);
    cupel_module_delete(module);
    world_fini(&t);
}
END_TEST

START_TEST(none_are_kept)
{
    struct world t;
    struct life l;
    cupel_config_t *config = cupel_config_new();
    must(cupel_config_set_cached_memories(config, 0));
    world_init(&t, 0);
    cupel_engine_t *before = t.engine;
    t.engine = cupel_engine_new_with_config(config);
    cupel_module_t *module = module_with(&t, PAGES, TEXT);
    for (int round = 0; round < 3; round++) {
        begin(&l, t.engine, module);
        expect_new(&l, PAGES, TEXT);
        soil(&l, 1);
        end(&l);
        ck_assert_uint_eq(t.engine->memories.count, 0);
    }
    cupel_module_delete(module);
    cupel_engine_delete(t.engine);
    t.engine = before;
    world_fini(&t);
}
END_TEST

START_TEST(kept_memories_are_bounded)
{
    cupel_config_t *config = cupel_config_new();
    ck_assert_uint_eq(cupel_config_get_cached_memories(config), MEMORY_POOL_PLACES);
    must(cupel_config_set_cached_memories(config, MEMORY_POOL_MOST_PLACES));
    expect_error(cupel_config_set_cached_memories(config, MEMORY_POOL_MOST_PLACES + 1),
                 CUPEL_ERROR_MISUSE, "1024");
    ck_assert_uint_eq(cupel_config_get_cached_memories(config), MEMORY_POOL_MOST_PLACES);
    cupel_config_delete(config);
}
END_TEST

/* The kernel answers for the parent there. */
START_TEST(after_a_fork)
{
    struct world t;
    struct life l;
    int status;
    world_init(&t, 0);
    cupel_module_t *module = module_with(&t, PAGES, TEXT);
    for (int round = 0; round < 3; round++) {
        begin(&l, t.engine, module);
        soil(&l, 1);
        end(&l);
    }
    pid_t child = fork();
    for (int round = 0; round < 3; round++) {
        begin(&l, t.engine, module);
        expect_new(&l, PAGES, TEXT);
        soil(&l, round & 1 ? 1 : 30);
        end(&l);
    }
    if (child == 0) /* an exit is what valgrind would judge */
        kill(getpid(), SIGKILL);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    cupel_module_delete(module);
    world_fini(&t);
}
END_TEST

/* Data of a module whose memory is another's is written, whatever that began with. */
START_TEST(imported_memories)
{
    struct world t;
    struct life l;
    size_t size;
    world_init(&t, 0);
    cupel_module_t *owner = module_with(&t, PAGES, TEXT);
    wasm_import_memory(&t.w, "e", "m", 1, WASM_NO_MAX);
    wasm_data(&t.w, DATA_AT + 2, BYTES('X', 'Y'));
    cupel_module_t *guest = world_compile(&t);
    for (int round = 0; round < 4; round++) {
        cupel_instance_t instance;
        cupel_trap_t *trap;
        begin(&l, t.engine, owner);
        cupel_extern_t memory = get_export(&l.in, l.instance, "m");
        must(cupel_instance_new(l.in.ctx, guest, &memory, 1, &instance, &trap));
        ck_assert_mem_eq(contents(&l, &size) + DATA_AT, "cuXYl", TEXT_SIZE);
        end(&l);
    }
    ck_assert_ptr_null(guest->image);
    cupel_module_delete(guest);
    cupel_module_delete(owner);
    world_fini(&t);
}
END_TEST

/* Where instantiation traps, what is written before and not after shows; so there is no image. */
START_TEST(instantiation_that_traps)
{
    const uint32_t funcs[] = {0, 0, 0};
    struct world t;
    world_init(&t, 0);
    wasm_memory(&t.w, 1, 1);
    if (_i)
        wasm_table(&t.w, 'r', 2, 2);
    wasm_export_func(&t.w, "f", "", "", BYTES(W_END));
    wasm_data(&t.w, 8, BYTES('a'));
    if (_i)
        wasm_elem(&t.w, 0, funcs, 3);
    else
        wasm_data(&t.w, PAGE - 1, BYTES('b', 'c'));
    cupel_module_t *module = world_compile(&t);
    for (int round = 0; round < 4; round++) {
        cupel_instance_t instance;
        cupel_trap_t *trap;
        must(cupel_instance_new(t.ctx, module, NULL, 0, &instance, &trap));
        expect_trap(trap, _i ? CUPEL_TRAP_TABLE_OUT_OF_BOUNDS : CUPEL_TRAP_MEMORY_OUT_OF_BOUNDS,
                    "");
    }
    ck_assert_ptr_null(module->image);
    cupel_module_delete(module);
    world_fini(&t);
}
END_TEST

/* ---- threads ---- */

#define THREADS 4

struct crowd {
    cupel_engine_t *engine;
    cupel_module_t *module;
};

static void *live_often(void *arg)
{
    const struct crowd *crowd = arg;
    for (int i = 0; i < 100; i++) {
        cupel_store_t *store = cupel_store_new(crowd->engine, NULL, NULL);
        cupel_context_t *ctx = cupel_store_context(store);
        cupel_instance_t instance;
        cupel_trap_t *trap = NULL;
        cupel_extern_t found;
        uint8_t *data = NULL;
        size_t size = 0;
        bool ok = !cupel_instance_new(ctx, crowd->module, NULL, 0, &instance, &trap) &&
                  cupel_instance_get_export(ctx, instance, "m", 1, &found) &&
                  !cupel_memory_data(ctx, found.of.memory, &data, &size) &&
                  memcmp(data + DATA_AT, TEXT, TEXT_SIZE) == 0 && data[17] == 0;
        if (ok) {
            memset(data, 0x55, 4096);
            memset(data + DATA_AT, 0x55, 5);
        }
        cupel_store_delete(store);
        if (!ok)
            return NULL;
    }
    return arg;
}

START_TEST(threads)
{
    struct world t;
    pthread_t all[THREADS];
    world_init(&t, 0);
    struct crowd crowd = {t.engine, module_with(&t, PAGES, TEXT)};
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&all[i], NULL, live_often, &crowd), 0);
    for (int i = 0; i < THREADS; i++) {
        void *done;
        ck_assert_int_eq(pthread_join(all[i], &done), 0);
        ck_assert_ptr_nonnull(done);
    }
    cupel_module_delete(crowd.module);
    world_fini(&t);
}
END_TEST

void add_memory_pool(TCase *tc)
{
    tcase_add_loop_test(tc, as_new, 0, 8);
    tcase_add_loop_test(tc, modules_take_turns, 0, 2);
    tcase_add_test(tc, modules_come_and_go);
    tcase_add_test(tc, several_at_once);
    tcase_add_test(tc, none_are_kept);
    tcase_add_test(tc, kept_memories_are_bounded);
    tcase_add_test(tc, after_a_fork);
    tcase_add_test(tc, imported_memories);
    tcase_add_loop_test(tc, instantiation_that_traps, 0, 2);
    tcase_add_test(tc, threads);
}
