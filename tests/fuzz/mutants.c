/*
 * mutants: real modules, damaged. Truncations, bit flips and the like, from a seed that makes each mutant
 * reproducible by its number; every mutant is compiled, instantiated and run with little fuel, on both
 * memory paths and through an image.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/harness.h"

/* What automake takes for "skipped". */
#define EXIT_SKIPPED 77

#define MAX_SEED_BYTES 65536
#define FUEL           2000
#define DEFAULT_COUNT  1000

struct seed {
    uint8_t *bytes;
    size_t len;
    char name[128];
};

struct seeds {
    struct seed *items;
    size_t count;
};

static void die(const char *what, const char *why)
{
    fprintf(stderr, "mutants: %s: %s\n", what, why);
    exit(2);
}

static void add_seed(struct seeds *seeds, const char *dir, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(MAX_SEED_BYTES + 1);
    if (file == NULL || bytes == NULL) {
        die(path, strerror(errno));
    }
    size_t len = fread(bytes, 1, MAX_SEED_BYTES + 1, file);
    fclose(file);
    if (len > MAX_SEED_BYTES) {
        free(bytes);
        return;
    }
    struct seed *items = realloc(seeds->items, (seeds->count + 1) * sizeof *items);
    if (items == NULL) {
        die(path, "out of memory");
    }
    seeds->items = items;
    struct seed *seed = &items[seeds->count++];
    *seed = (struct seed){.bytes = bytes, .len = len};
    snprintf(seed->name, sizeof seed->name, "%s", name);
}

static int is_wasm(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);
    return len > 5 && strcmp(entry->d_name + len - 5, ".wasm") == 0;
}

/* Adds the small modules of a folder in the order of their names. */
static void add_folder(struct seeds *seeds, const char *dir)
{
    struct dirent **entries;
    int count = dir != NULL && dir[0] != '\0' ? scandir(dir, &entries, is_wasm, alphasort) : -1;
    if (count < 0) {
        return;
    }
    for (int i = 0; i < count; i++) {
        add_seed(seeds, dir, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
}

/* splitmix64: any number is a good seed. */
static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static size_t below(uint64_t *random, size_t limit)
{
    return limit == 0 ? 0 : (size_t)(next(random) % limit);
}

static void flip_bits(uint8_t *bytes, size_t len, uint64_t *random)
{
    for (size_t i = below(random, 4) + 1; i > 0 && len > 0; i--) {
        bytes[below(random, len)] ^= (uint8_t)(1u << below(random, 8));
    }
}

static void set_byte(uint8_t *bytes, size_t len, uint64_t *random)
{
    static const uint8_t telling[] = {0x00, 0x01, 0x7f, 0x80, 0xff, 0x40, 0x0b,
                                      0x70, 0x6f, 0xfc, 0x41, 0x10, 0x0e};
    if (len > 0) {
        bytes[below(random, len)] = telling[below(random, sizeof telling)];
    }
}

/* Takes out up to 16 bytes. */
static size_t remove_bytes(uint8_t *bytes, size_t len, uint64_t *random)
{
    size_t at = below(random, len);
    size_t count = below(random, 16) + 1;
    count = count < len - at ? count : len - at;
    memmove(bytes + at, bytes + at + count, len - at - count);
    return len - count;
}

/* Puts up to 16 bytes of another module in; there is room for them. */
static size_t insert_bytes(uint8_t *bytes, size_t len, const struct seed *other, uint64_t *random)
{
    size_t at = below(random, len);
    size_t from = below(random, other->len);
    size_t count = below(random, 16) + 1;
    count = count < other->len - from ? count : other->len - from;
    memmove(bytes + at + count, bytes + at, len - at);
    memcpy(bytes + at, other->bytes + from, count);
    return len + count;
}

/* Copies up to 64 bytes of the module over another place of it. */
static void copy_within(uint8_t *bytes, size_t len, uint64_t *random)
{
    size_t count = below(random, 64) + 1;
    if (count < len) {
        size_t from = below(random, len - count);
        size_t to = below(random, len - count);
        memmove(bytes + to, bytes + from, count);
    }
}

/* Makes mutant `number` in `bytes`, which has room for 32 more bytes than a seed; its length. */
static size_t make_mutant(const struct seeds *seeds, uint64_t number, uint8_t *bytes,
                          const char **name)
{
    uint64_t random = number * 2 + 1;
    const struct seed *seed = &seeds->items[below(&random, seeds->count)];
    const struct seed *other = &seeds->items[below(&random, seeds->count)];
    size_t len = seed->len;
    memcpy(bytes, seed->bytes, len);
    *name = seed->name;
    switch (below(&random, 8)) {
    case 0:
        return below(&random, len + 1);
    case 1:
        set_byte(bytes, len, &random);
        return len;
    case 2:
        return remove_bytes(bytes, len, &random);
    case 3:
        return insert_bytes(bytes, len, other, &random);
    case 4:
        copy_within(bytes, len, &random);
        return len;
    default:
        flip_bits(bytes, len, &random);
        return len;
    }
}

static void run_mutants(const struct seeds *seeds, uint64_t first, uint64_t count, bool verbose)
{
    uint64_t compiled = 0;
    uint64_t ran = 0;
    uint8_t *room = malloc(MAX_SEED_BYTES + 32);
    for (uint64_t i = first; room != NULL && i < first + count; i++) {
        const char *name;
        struct outcome outcome;
        size_t len = make_mutant(seeds, i, room, &name);
        if (verbose) {
            fprintf(stderr, "mutant %llu of %s, %zu bytes\n", (unsigned long long)i, name, len);
        }
        /* A block of exactly its size, so that reading beyond it is seen. */
        uint8_t *bytes = malloc(len + (len == 0));
        if (bytes == NULL) {
            die(name, "out of memory");
        }
        memcpy(bytes, room, len);
        harness_compare(bytes, len, FUEL, &outcome);
        compiled += outcome.compiled;
        ran += outcome.instantiated;
        free(bytes);
    }
    free(room);
    printf("%llu mutants of %zu modules: %llu compiled, %llu ran\n", (unsigned long long)count,
           seeds->count, (unsigned long long)compiled, (unsigned long long)ran);
    printf("%llu passed, 0 failed\n", (unsigned long long)count);
}

int main(int argc, char **argv)
{
    uint64_t first = 0;
    uint64_t count = DEFAULT_COUNT;
    bool verbose = false;
    struct seeds seeds = {0};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-v") == 0) {
            verbose = true;
        } else if (strcmp(argv[i], "--count") == 0 && i + 1 < argc) {
            count = strtoull(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--first") == 0 && i + 1 < argc) {
            first = strtoull(argv[++i], NULL, 10);
        } else if (argv[i][0] == '-') {
            fputs("Usage: mutants [-v] [--first N] [--count N] [FOLDER...]\n", stderr);
            return 2;
        } else {
            add_folder(&seeds, argv[i]);
        }
    }
    if (seeds.count == 0) {
        add_folder(&seeds, getenv("CUPEL_BENCH_DIR"));
        add_folder(&seeds, "tests/programs/wasm");
    }
    if (seeds.count == 0) {
        fputs(
            "mutants: skipped: no modules to damage (--with-bench-cases, or a clang for wasm32)\n",
            stderr);
        return EXIT_SKIPPED;
    }
    run_mutants(&seeds, first, count, verbose);
    for (size_t i = 0; i < seeds.count; i++) {
        free(seeds.items[i].bytes);
    }
    free(seeds.items);
    cupel_engine_delete(harness_engine(true));
    cupel_engine_delete(harness_engine(false));
    cupel_engine_delete(harness_lazy_engine());
    return 0;
}
