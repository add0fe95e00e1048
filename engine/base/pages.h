/*
 * pages.h - what the kernel knows of pages: for mappings that are used again and again.
 *
 * Every function is thread-safe for distinct mappings. Sizes are in bytes, places and sizes whole
 * pages of PAGE_BYTES.
 */
#ifndef CUPEL_BASE_PAGES_H
#define CUPEL_BASE_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* At least that of the host on every architecture with guard pages. */
#define PAGE_BYTES 4096

struct page_run {
    size_t offset, size; /* from where the search began */
};

/* Where the kernel is asked which pages were written. Zeros are not a valid one. */
struct page_watch {
    int fd;    /* -1: it cannot tell */
    pid_t pid; /* of the process whose pages these are */
};
void page_watch_open(struct page_watch *w);
void page_watch_close(struct page_watch *w);
/* False after a fork, when it would tell about the parent's pages. */
bool page_watch_valid(const struct page_watch *w);
/*
 * The runs of pages of [p, p+size) that have contents of their own: what was written since the
 * mapping was made or discarded, of anonymous memory and of private views of files. Returns their
 * number. With `most` runs found, pages behind the last one are unknown; -1 if nothing is known.
 */
int page_watch_written(const struct page_watch *w, const void *p, size_t size,
                       struct page_run *runs, int most);

/* Throws away what was written: pages are as newly mapped. False if the kernel refuses. */
bool pages_discard(void *p, size_t size);
/* Takes access away; false if the kernel refuses. */
bool pages_close(void *p, size_t size);

/*
 * A file of `size` bytes of zeros in memory, without a name, and a shared view of it, writable until
 * it is sealed. False if there is none to be had: no descriptor, no memory.
 */
struct page_file {
    int fd;
    uint8_t *bytes;
    size_t size;
};
bool page_file_new(struct page_file *f, size_t size);
bool page_file_seal(struct page_file *f);
void page_file_delete(struct page_file *f);

#endif
