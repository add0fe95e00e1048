/* Pages: every module once, in a stable order, whatever happens in between. */
#include "config.h"

#include "tests/storage/storage_fixture.h"

#include <stdlib.h>
#include <string.h>

static struct storage_page page(size_t limit, const char *cursor)
{
    struct storage_page page;

    ck_ok(storage_module_list(fixture, limit, cursor, &page, &fixture_error));
    return page;
}

static void delete (uint64_t number)
{
    struct storage_id id = sample_id(number);
    struct storage_ref ref = storage_ref_to_id(&id);

    ck_ok(storage_delete(fixture, &ref, NULL, NULL, &fixture_error));
}

/* Checks that a page holds samples `first` to `last`, then frees it; is there a next one? */
static bool holds(struct storage_page page, uint64_t first, uint64_t last, char *next)
{
    ck_assert_uint_eq(page.count, last - first + 1);
    for (size_t i = 0; i < page.count; i++)
        ck_assert(same_id(page.modules[i].id, sample_id(first + i)));
    memcpy(next, page.next, sizeof page.next);
    storage_page_fini(&page);
    return *next != '\0';
}

START_TEST(of_nothing_is_empty)
{
    struct storage_page empty = page(10, NULL);

    ck_assert_uint_eq(empty.count, 0);
    ck_assert_str_eq(empty.next, "");
    storage_page_fini(&empty);
}
END_TEST

START_TEST(follow_each_other)
{
    char next[STORAGE_CURSOR_SIZE];

    for (uint64_t i = 1; i <= 10; i++)
        sample_put(i, NULL);
    ck_assert(holds(page(4, NULL), 1, 4, next));
    ck_assert(holds(page(4, next), 5, 8, next));
    ck_assert(!holds(page(4, next), 9, 10, next));
    ck_assert(holds(page(5, ""), 1, 5, next));
    ck_assert(!holds(page(5, next), 6, 10, next)); /* no empty page after a full last one */
    ck_assert(!holds(page(1000, NULL), 1, 10, next));
}
END_TEST

START_TEST(say_what_a_module_is)
{
    struct storage_page one;

    sample_put(1, "math");
    sample_put(2, "math");
    one = page(1, NULL);
    ck_assert_uint_eq(one.modules[0].len, sample_len(1));
    ck_assert_int_eq(one.modules[0].created_ms, 1);
    ck_assert_uint_eq(one.modules[0].version, 0);
    ck_assert_uint_eq(one.modules[0].metadata.len, 2);
    ck_assert_uint_eq(one.modules[0].name_count, 1);
    ck_assert_str_eq(one.modules[0].names[0].name, "math");
    ck_assert(!one.modules[0].names[0].current);
    storage_page_fini(&one);
}
END_TEST

START_TEST(stay_stable)
{
    char next[STORAGE_CURSOR_SIZE];

    for (uint64_t i = 1; i <= 6; i++)
        sample_put(i, NULL);
    ck_assert(holds(page(3, NULL), 1, 3, next));
    delete (2);          /* already seen */
    delete (3);          /* the one the cursor stands on */
    delete (4);          /* not yet seen */
    sample_put(7, NULL); /* comes last */
    ck_assert(!holds(page(3, next), 5, 7, next));
}
END_TEST

/* The newest goes and another comes: it must not take the place the cursor stands on. */
START_TEST(never_skip_what_comes_later)
{
    char next[STORAGE_CURSOR_SIZE];

    sample_put(1, NULL);
    sample_put(2, NULL);
    sample_put(3, NULL);
    ck_assert(holds(page(2, NULL), 1, 2, next));
    delete (2);
    delete (3);
    sample_put(4, NULL);
    ck_assert(!holds(page(2, next), 4, 4, next));
}
END_TEST

START_TEST(survive_a_restart)
{
    char next[STORAGE_CURSOR_SIZE];

    for (uint64_t i = 1; i <= 4; i++)
        sample_put(i, NULL);
    ck_assert(holds(page(2, NULL), 1, 2, next));
    fixture_reopen();
    ck_assert(!holds(page(2, next), 3, 4, next));
}
END_TEST

START_TEST(end_early_when_metadata_is_large)
{
    size_t len = (size_t)7 << 20;
    struct storage_module_new new = {.metadata_len = len};
    char next[STORAGE_CURSOR_SIZE];
    char *metadata = malloc(len);

    memset(metadata, ' ', len);
    new.metadata = metadata;
    for (uint64_t i = 1; i <= 4; i++) {
        new.id = sample_id(i);
        ck_ok(storage_module_put(fixture, &new, NULL, &fixture_error));
    }
    ck_assert(holds(page(1000, NULL), 1, 3, next));
    ck_assert(!holds(page(1000, next), 4, 4, next));
    free(metadata);
}
END_TEST

START_TEST(refuse_what_is_no_cursor)
{
    static const char *const bad[] = {"x",
                                      "m",
                                      "m1",
                                      "m00000000000000g1",
                                      "m000000000000000100",
                                      "mffffffffffffffff",
                                      "0000000000000001",
                                      "m 000000000000001"};
    struct storage_page empty;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_status(storage_module_list(fixture, 1, bad[i], &empty, &fixture_error),
                  STORAGE_BAD_ARGUMENT);
        ck_error_says("not a cursor");
        storage_page_fini(&empty);
    }
    ck_status(storage_module_list(fixture, 0, NULL, &empty, &fixture_error), STORAGE_BAD_ARGUMENT);
    ck_status(storage_module_list(fixture, 1001, NULL, &empty, &fixture_error),
              STORAGE_BAD_ARGUMENT);
    ck_error_says("1001 modules");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("storage/module_list");
    TCase *tcase = fixture_case(suite, "pages");

    tcase_add_test(tcase, of_nothing_is_empty);
    tcase_add_test(tcase, follow_each_other);
    tcase_add_test(tcase, say_what_a_module_is);
    tcase_add_test(tcase, stay_stable);
    tcase_add_test(tcase, never_skip_what_comes_later);
    tcase_add_test(tcase, survive_a_restart);
    tcase_add_test(tcase, end_early_when_metadata_is_large);
    tcase_add_test(tcase, refuse_what_is_no_cursor);
    return fixture_main(suite);
}
