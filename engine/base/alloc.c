/*
 * A thin layer over malloc and mmap. Its worth is that it is the only one: fault injection sees
 * every allocation of the engine, and a quota or another allocator has one place to go.
 *
 * Fault injection counts down atomically, so that exactly one allocation fails however many threads
 * there are.
 */
#include "config.h"

#include "engine/base/alloc.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#ifdef CUPEL_FAULT_INJECTION
#include <stdatomic.h>

static _Atomic uint64_t fail_countdown;
static _Atomic uint64_t allocations;

void mem_fail_at(uint64_t n)
{
    atomic_store(&allocations, 0);
    atomic_store(&fail_countdown, n);
}

uint64_t mem_alloc_count(void)
{
    return atomic_load(&allocations);
}

static bool must_fail(void)
{
    atomic_fetch_add(&allocations, 1);
    uint64_t left = atomic_load(&fail_countdown);
    while (left > 0) {
        if (atomic_compare_exchange_weak(&fail_countdown, &left, left - 1))
            return left == 1;
    }
    return false;
}
#else
static inline bool must_fail(void)
{
    return false;
}
#endif

/* malloc has blocks up to about this size at hand for each thread; glibc's calloc, before 2.41, passes
 * them by, which takes ten times as long. */
enum { SMALL = 1024 };

void *mem_alloc(size_t size)
{
    if (must_fail())
        return NULL;
    return malloc(size ? size : 1);
}

void *mem_calloc(size_t count, size_t size)
{
    if (must_fail())
        return NULL;
    size_t small = count * size;
    if (count <= SMALL && size <= SMALL && small <= SMALL && small > 0) {
        void *p = malloc(small);
        __asm__("" : "+r"(p)); /* or the compiler makes a calloc of the two */
        return p ? memset(p, 0, small) : NULL;
    }
    return count && size ? calloc(count, size) : calloc(1, 1);
}

void *mem_realloc(void *p, size_t size)
{
    if (must_fail())
        return NULL;
    return realloc(p, size ? size : 1);
}

void mem_free(void *p)
{
    free(p);
}

static void *map(size_t size, int protection, int flags)
{
    if (size == 0 || must_fail())
        return NULL;
    void *p = mmap(NULL, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

void *mem_map(size_t size)
{
    return map(size, PROT_READ | PROT_WRITE, 0);
}

void *mem_reserve(size_t size)
{
    return map(size, PROT_NONE, MAP_NORESERVE);
}

void *mem_map_file(size_t size, int fd)
{
    if (must_fail())
        return NULL;
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    return p == MAP_FAILED ? NULL : p;
}

int mem_commit(void *p, size_t size)
{
    if (size == 0)
        return true;
    return !must_fail() && mprotect(p, size, PROT_READ | PROT_WRITE) == 0;
}

int mem_remap_reserved(void *p, size_t size)
{
    if (size == 0)
        return true;
    return !must_fail() &&
           mmap(p, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
                0) != MAP_FAILED;
}

int mem_remap_file(void *p, size_t size, int fd)
{
    return !must_fail() && mmap(p, size, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_NORESERVE | MAP_FIXED, fd, 0) != MAP_FAILED;
}

void mem_unmap(void *p, size_t size)
{
    if (p)
        munmap(p, size);
}
