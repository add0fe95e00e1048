/* Which pages were written, as the kernel tells it, and files in memory. */
#include "config.h"

#include "engine/base/pages.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/alloc.h"
#include "tests/engine/base/base_suites.h"

#define PAGES 100

/* Writes pages 3, 4, 70 and looks for them; reading page 50 is no writing. */
static void expect_written(const struct page_watch *w, uint8_t *p)
{
    struct page_run runs[8];
    const size_t page = PAGE_BYTES;
    volatile uint8_t *v = p;
    (void)v[50 * page];
    v[3 * page] = 1;
    v[4 * page + 9] = 2;
    v[71 * page - 1] = 3;
    ck_assert_int_eq(page_watch_written(w, p, PAGES * page, runs, 8), 2);
    ck_assert_uint_eq(runs[0].offset, 3 * page);
    ck_assert_uint_eq(runs[0].size, 2 * page);
    ck_assert_uint_eq(runs[1].offset, 70 * page);
    ck_assert_uint_eq(runs[1].size, page);
    ck_assert_int_eq(page_watch_written(w, p, PAGES * page, runs, 1), 1); /* no more than asked */
    ck_assert(pages_discard(p, PAGES * page));
    ck_assert_int_eq(page_watch_written(w, p, PAGES * page, runs, 8), 0);
}

START_TEST(written_pages)
{
    struct page_watch w;
    struct page_file file;
    page_watch_open(&w);
    ck_assert(page_watch_valid(&w));
    uint8_t *p = mem_map(PAGES * PAGE_BYTES);
    if (w.fd < 0) { /* an older kernel */
        struct page_run run;
        ck_assert_int_eq(page_watch_written(&w, p, PAGE_BYTES, &run, 1), -1);
    } else {
        expect_written(&w, p);
        ck_assert(page_file_new(&file, PAGES * PAGE_BYTES));
        memset(file.bytes, 7, file.size);
        ck_assert(page_file_seal(&file));
        ck_assert(mem_remap_file(p, file.size, file.fd));
        expect_written(&w, p);
        ck_assert_uint_eq(p[3 * PAGE_BYTES], 7); /* what was written is gone */
        page_file_delete(&file);
        ck_assert_uint_eq(p[4 * PAGE_BYTES], 7); /* a view keeps the file */
    }
    mem_unmap(p, PAGES * PAGE_BYTES);
    page_watch_close(&w);
}
END_TEST

START_TEST(a_child_is_another_process)
{
    struct page_watch w;
    int status;
    page_watch_open(&w);
    pid_t child = fork();
    if (child == 0) /* an exit is what valgrind would judge */
        kill(getpid(), page_watch_valid(&w) ? SIGTERM : SIGKILL);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    ck_assert(page_watch_valid(&w));
    page_watch_close(&w);
}
END_TEST

START_TEST(remapped_pages_are_new)
{
    uint8_t *p = mem_map(4 * PAGE_BYTES);
    p[PAGE_BYTES] = 1;
    ck_assert(mem_remap_reserved(p, 4 * PAGE_BYTES));
    ck_assert(mem_commit(p, 2 * PAGE_BYTES));
    ck_assert_uint_eq(p[PAGE_BYTES], 0);
    ck_assert(pages_close(p + PAGE_BYTES, PAGE_BYTES));
    ck_assert(pages_close(p + PAGE_BYTES, 0));
    mem_unmap(p, 4 * PAGE_BYTES);
}
END_TEST

Suite *suite_pages(void)
{
    Suite *suite = suite_create("pages");
    TCase *tc = tcase_create("pages");
    tcase_add_test(tc, written_pages);
    tcase_add_test(tc, a_child_is_another_process);
    tcase_add_test(tc, remapped_pages_are_new);
    suite_add_tcase(suite, tc);
    return suite;
}
