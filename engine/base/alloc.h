/*
 * alloc.h - the engine's only way to the heap.
 *
 * Every call may return NULL and every caller handles it. With CUPEL_FAULT_INJECTION defined,
 * `mem_fail_at` makes the n-th allocation from now fail, which is how `make check-oom` visits every
 * failure path. All calls are thread-safe. CUPEL_FAULT_INJECTION comes from config.h.
 */
#ifndef CUPEL_BASE_ALLOC_H
#define CUPEL_BASE_ALLOC_H

#include <stddef.h>
#include <stdint.h>

/* size 0 gives a unique pointer, as malloc(1). */
void *mem_alloc(size_t size) __attribute__((malloc));
/* count * size bytes of zeros; NULL on overflow. */
void *mem_calloc(size_t count, size_t size) __attribute__((malloc));
/* On failure `p` is untouched. */
void *mem_realloc(void *p, size_t size);
void mem_free(void *p);

/* Pages of zeros straight from the kernel; NULL if there are none, or for size 0. `size` is rounded
 * up to whole pages and must be given again, unchanged, to unmap (which accepts NULL). `reserve`
 * maps them without access (for mem_commit). */
void *mem_map(size_t size);
void *mem_reserve(size_t size);
/* A shared view of the first `size` bytes of a file, readable and writable. */
void *mem_map_file(size_t size, int fd);
/* Makes [p, p+size) of a reservation readable and writable, `p` at the start of a page; false if
 * that cannot be had. */
int mem_commit(void *p, size_t size);
/* Maps anew what lies at [p, p+size), whole pages of the caller's own mapping, whose contents go:
 * `mem_remap_reserved` as mem_reserve does, `mem_remap_file` readable and writable over a private
 * view of the first `size` bytes of the file `fd`. False, and what is there then is undefined but
 * mapped, if that cannot be had. */
int mem_remap_reserved(void *p, size_t size);
int mem_remap_file(void *p, size_t size, int fd);
void mem_unmap(void *p, size_t size);

#ifdef CUPEL_FAULT_INJECTION
/* The n-th allocation from now (1 = the next) on any thread fails, once; 0 switches it off. Maps,
 * reservations and commits count too. Exported as cupel_test_fail_at by the engine so that tests
 * reach it through the library. */
void mem_fail_at(uint64_t n);
/* Allocations since the last mem_fail_at. */
uint64_t mem_alloc_count(void);
#endif

#endif
