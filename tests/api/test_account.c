/*
 * Tests of api/account.c: rates and daily fuel, with a clock that the test moves.
 */
#include "api/account.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define SECOND UINT64_C(1000000000)

static struct account account;
static struct api_error error;

static void setup(void)
{
    memset(&account, 0, sizeof account);
    account.max_calls = 10000000;
    api_error_init(&error);
}

static void teardown(void)
{
    api_error_fini(&error);
}

static bool enter(uint64_t now)
{
    api_error_reset(&error);
    return account_enter(&account, now, 50, &error) == API_OK;
}

START_TEST(bounds_calls_under_way)
{
    account.max_calls = 2;
    ck_assert(enter(1) && enter(1));
    ck_assert(!enter(1));
    ck_assert_int_eq(error.code, API_BUSY_KEY);
    ck_assert_uint_eq(error.retry_after_ms, 50);
    account_leave(&account);
    ck_assert(enter(1));
    ck_assert_uint_eq(account.calls, 2);
}
END_TEST

/* A second's worth at once, then one at a time as they fall due; never more in any second than twice. */
START_TEST(bounds_the_rate)
{
    static const uint64_t rates[] = {1, 2, 3, 7, 1000, 1000000};
    uint64_t rate = rates[_i], now = 5 * SECOND, i;

    account.calls_per_second = rate;
    for (i = 0; i < rate; i++) {
        ck_assert(enter(now));
    }
    ck_assert(!enter(now));
    ck_assert_int_eq(error.code, API_QUOTA);
    ck_assert_uint_ge(error.retry_after_ms, 1);
    ck_assert_uint_le(error.retry_after_ms, 1000 / rate + 1);
    ck_assert_uint_eq(account.calls, rate); /* who is refused holds nothing */
    ck_assert_int_eq(account_check_rate(&account, now, &error), API_QUOTA);
    now += SECOND / rate;
    api_error_reset(&error);
    ck_assert_int_eq(account_check_rate(&account, now, &error), API_OK);
    ck_assert(enter(now));
    ck_assert(!enter(now));
    now += 1000 * SECOND; /* a long rest saves up no more than a second's worth */
    for (i = 0; enter(now); i++) {
    }
    ck_assert_uint_eq(i, rate);
}
END_TEST

START_TEST(without_limits_there_are_none)
{
    for (int i = 0; i < 10000; i++) {
        ck_assert(enter(1));
    }
    account_charge(&account, UINT64_MAX / 2, 86400);
    ck_assert(!account_is_spent(&account, 86400));
    ck_assert_int_eq(account_check_rate(&account, 1, &error), API_OK);
}
END_TEST

START_TEST(bounds_a_days_fuel)
{
    int64_t day = INT64_C(20000) * 86400;

    account.fuel_per_day = 100;
    ck_assert(!account_is_spent(&account, day));
    account_charge(&account, 99, day);
    ck_assert(!account_is_spent(&account, day + 86399));
    account_charge(&account, 1, day + 86399);
    ck_assert(account_is_spent(&account, day + 86399));
    ck_assert_int_eq(account_spent_error(&account, day + 86300, &error), API_QUOTA);
    ck_assert_uint_eq(error.retry_after_ms, 100000);
    ck_assert_ptr_nonnull(strstr(strbuf_text(&error.members), "\"limit\":\"fuel_per_day\""));
    ck_assert(!account_is_spent(&account, day + 86400));
    account_charge(&account, 5, day + 86400);
    ck_assert_uint_eq(account.fuel, 5);
    ck_assert_int_eq(account.day, 20001);
    account_charge(&account, 5, day); /* a clock that was set back does not forgive */
    ck_assert_uint_eq(account.fuel, 10);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("api/account");
    TCase *tcase = tcase_create("account");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, bounds_calls_under_way);
    tcase_add_loop_test(tcase, bounds_the_rate, 0, 6);
    tcase_add_test(tcase, without_limits_there_are_none);
    tcase_add_test(tcase, bounds_a_days_fuel);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
