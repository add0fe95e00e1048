#include "config.h"

#include "engine/native/region.h"

#include <sys/mman.h>
#include <unistd.h>

/* Since Linux 6.3 a file in memory says whether its pages may be executed; before, it may not say so. */
#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

static int open_file(size_t size)
{
    int fd = memfd_create("cupel-code", MFD_CLOEXEC | MFD_EXEC);
    if (fd < 0)
        fd = memfd_create("cupel-code", MFD_CLOEXEC);
    if (fd >= 0 && ftruncate(fd, (off_t)size) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

bool region_new(struct region *r, size_t size)
{
    int fd = open_file(size);
    *r = (struct region){NULL, NULL, size, 0};
    if (fd < 0)
        return false;
    void *write = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
    void *run = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_NORESERVE, fd, 0);
    close(fd);
    if (write != MAP_FAILED)
        r->write = write;
    if (run != MAP_FAILED)
        r->run = run;
    if (r->write && r->run)
        return true;
    region_delete(r);
    return false;
}

void region_delete(struct region *r)
{
    if (r->write)
        munmap(r->write, r->size);
    if (r->run)
        munmap(r->run, r->size);
    *r = (struct region){NULL, NULL, 0, 0};
}

/* A page at a time would be a fault each. Where the kernel cannot do it, that is how it goes. */
void region_expect(struct region *r, size_t at)
{
    const size_t page = 4096, least = 4 * page, most = 256 * page;
    size_t more = at / 8 / page * page;
    if (at + page < r->expected)
        return;
    more = more < least ? least : more > most ? most : more;
    at = at / page * page;
    if (more > r->size - at)
        more = r->size - at;
#ifdef MADV_POPULATE_WRITE
    (void)madvise(r->write + at, more, MADV_POPULATE_WRITE);
#endif
    r->expected = at + more;
}
