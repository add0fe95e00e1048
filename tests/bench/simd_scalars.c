/*
 * simd-scalars: what the vector kernels must give, computed natively without vectors, is what their table of cases expects. With cases-runner, which compares
 * the kernels' WebAssembly with that table, vectors and scalars agree.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/cases.h"

#define KERNEL_NAME(name)                                                                          \
    void name##_setup(void);                                                                       \
    void name##_run(uint32_t rounds);                                                              \
    uint64_t name##_digest(void);
#include "tests/bench/simd/kernels.def"
#undef KERNEL_NAME

static const struct kernel {
    const char *name;
    void (*setup)(void);
    void (*run)(uint32_t rounds);
    uint64_t (*digest)(void);
} kernels[] = {
#define KERNEL_NAME(name) {#name, name##_setup, name##_run, name##_digest},
#include "tests/bench/simd/kernels.def"
#undef KERNEL_NAME
};
#define KERNELS (sizeof kernels / sizeof kernels[0])

static bool check(const struct kernel *kernel, const struct case_row *row)
{
    char observed[64], key[64];
    kernel->setup();
    kernel->run((uint32_t)strtoul(row->args, NULL, 10));
    snprintf(observed, sizeof observed, "digest=i64:%" PRId64, (int64_t)kernel->digest());
    if (case_matches(row->expected, observed, key, sizeof key)) {
        return true;
    }
    printf("%s: the table expects %s, scalars give %s\n", row->name, row->expected, observed);
    return false;
}

static const struct case_row *find_row(const struct case_table *table, const char *name)
{
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->rows[i].name, name) == 0) {
            return &table->rows[i];
        }
    }
    return NULL;
}

int main(void)
{
    char dir[4096];
    struct case_table table;
    unsigned failed = 0;
    const char *source = getenv("srcdir");
    snprintf(dir, sizeof dir, "%s/tests/bench/simd", source != NULL ? source : ".");
    case_table_read(&table, dir);
    if (table.count != KERNELS) {
        printf("%zu cases, %zu kernels\n", table.count, KERNELS);
        failed++;
    }
    for (size_t i = 0; i < KERNELS; i++) {
        const struct case_row *row = find_row(&table, kernels[i].name);
        if (row == NULL) {
            printf("%s: no case\n", kernels[i].name);
        }
        failed += row == NULL || !check(&kernels[i], row);
    }
    case_table_fini(&table);
    printf("%zu kernels, %u failed\n", KERNELS, failed);
    return failed > 0 ? 1 : 0;
}
