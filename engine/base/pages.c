/*
 * Which pages of a mapping were written is asked of Linux's page map (PAGEMAP_SCAN, since 6.7): one
 * call of about a microsecond for a memory of some megabytes. It is a question about what the
 * kernel must know anyway to keep private views apart, so nothing is set up or paid beforehand. The
 * file answers for the process that opened it, also in a child that inherited it: hence the pid.
 *
 * The structures are spelled out here because the headers of older kernels lack them.
 */
#include "config.h"

#include "engine/base/pages.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/base/alloc.h"

#ifdef __linux__
#include <sys/ioctl.h>

struct scanned_region {
    uint64_t start, end, categories;
};

struct scan {
    uint64_t size, flags;
    uint64_t start, end, walk_end;
    uint64_t regions, nregions, max_pages;
    uint64_t category_inverted, category_mask, category_any, category_return;
};

#define SCAN_PAGES _IOWR('f', 16, struct scan)

enum {
    PAGE_IS_FILE = 1 << 2,
    PAGE_IS_PRESENT = 1 << 3,
    PAGE_IS_SWAPPED = 1 << 4,
    PAGE_IS_ZERO = 1 << 5 /* the page of zeros that all share */
};

#define SCAN_MOST 64

static int scan(int fd, const void *p, size_t size, struct page_run *runs, int most)
{
    struct scanned_region regions[SCAN_MOST] = {0}; /* for those who do not know this call */
    struct scan s = {
        .size = sizeof s,
        .start = (uintptr_t)p,
        .end = (uintptr_t)p + size,
        .regions = (uintptr_t)regions,
        .nregions = (uint64_t)(most < SCAN_MOST ? most : SCAN_MOST),
        .category_inverted = PAGE_IS_FILE | PAGE_IS_ZERO,
        .category_mask = PAGE_IS_FILE | PAGE_IS_ZERO,
        .category_any = PAGE_IS_PRESENT | PAGE_IS_SWAPPED,
        .category_return = PAGE_IS_PRESENT | PAGE_IS_SWAPPED,
    };
    int n = ioctl(fd, SCAN_PAGES, &s);
    for (int i = 0; i < n; i++)
        runs[i] = (struct page_run){(size_t)(regions[i].start - (uintptr_t)p),
                                    (size_t)(regions[i].end - regions[i].start)};
    return n;
}

void page_watch_open(struct page_watch *w)
{
    struct page_run run;
    w->pid = getpid();
    w->fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    /* Whether this kernel knows the question. */
    uintptr_t here = (uintptr_t)&run & ~(uintptr_t)(PAGE_BYTES - 1);
    if (w->fd >= 0 && scan(w->fd, (const void *)here, PAGE_BYTES, &run, 1) < 0)
        page_watch_close(w);
}

int page_watch_written(const struct page_watch *w, const void *p, size_t size,
                       struct page_run *runs, int most)
{
    return w->fd < 0 ? -1 : scan(w->fd, p, size, runs, most < SCAN_MOST ? most : SCAN_MOST);
}
#else
void page_watch_open(struct page_watch *w)
{
    *w = (struct page_watch){-1, getpid()};
}

int page_watch_written(const struct page_watch *w, const void *p, size_t size,
                       struct page_run *runs, int most)
{
    (void)w;
    (void)p;
    (void)size;
    (void)runs;
    (void)most;
    return -1;
}
#endif

void page_watch_close(struct page_watch *w)
{
    if (w->fd >= 0)
        close(w->fd);
    w->fd = -1;
}

bool page_watch_valid(const struct page_watch *w)
{
    return w->pid == getpid();
}

bool pages_discard(void *p, size_t size)
{
    return madvise(p, size, MADV_DONTNEED) == 0;
}

bool pages_close(void *p, size_t size)
{
    return size == 0 || mprotect(p, size, PROT_NONE) == 0;
}

bool page_file_new(struct page_file *f, size_t size)
{
    *f = (struct page_file){-1, NULL, size};
#ifdef HAVE_MEMFD_CREATE
    f->fd = memfd_create("cupel-memory", MFD_CLOEXEC);
#endif
    if (f->fd >= 0 && ftruncate(f->fd, (off_t)size) == 0)
        f->bytes = mem_map_file(size, f->fd);
    if (f->bytes)
        return true;
    page_file_delete(f);
    return false;
}

bool page_file_seal(struct page_file *f)
{
    return mprotect(f->bytes, f->size, PROT_READ) == 0;
}

void page_file_delete(struct page_file *f)
{
    mem_unmap(f->bytes, f->size);
    if (f->fd >= 0)
        close(f->fd);
    *f = (struct page_file){-1, NULL, 0};
}
