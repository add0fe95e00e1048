/*
 * The rate of calls is bounded without a lock by the generic cell rate algorithm: one number says by
 * when the calls so far would have been due, had they come evenly; it may run ahead of the clock by
 * a second, so a second's worth of calls may come at once.
 */
#include "api/account.h"

#include <inttypes.h>
#include <string.h>

enum { DAY_S = 86400 };

#define SECOND_NS UINT64_C(1000000000)

static enum api_code too_fast(const struct account *account, uint64_t wait_ns,
                              struct api_error *error)
{
    api_error_set(error, API_QUOTA, "more than %" PRIu64 " calls in a second",
                  account->calls_per_second);
    api_error_member(error, "limit", "calls_per_second", strlen("calls_per_second"));
    error->retry_after_ms = (unsigned)(wait_ns / 1000000) + 1;
    return error->code;
}

/* How long to wait for room for one more call; 0: there is. `due` is call_debt_ns. */
static uint64_t wait_for(const struct account *account, uint64_t due, uint64_t now_ns)
{
    uint64_t after = (due > now_ns ? due : now_ns) + SECOND_NS / account->calls_per_second;

    return after > now_ns + SECOND_NS ? after - now_ns - SECOND_NS : 0;
}

enum api_code account_check_rate(struct account *account, uint64_t now_ns, struct api_error *error)
{
    uint64_t wait = account->calls_per_second == 0
                        ? 0
                        : wait_for(account, atomic_load(&account->call_debt_ns), now_ns);

    return wait == 0 ? API_OK : too_fast(account, wait, error);
}

static enum api_code take_turn(struct account *account, uint64_t now_ns, struct api_error *error)
{
    uint64_t due, next, wait;

    if (account->calls_per_second == 0) {
        return API_OK;
    }
    due = atomic_load(&account->call_debt_ns);
    do {
        wait = wait_for(account, due, now_ns);
        if (wait > 0) {
            return too_fast(account, wait, error);
        }
        next = (due > now_ns ? due : now_ns) + SECOND_NS / account->calls_per_second;
    } while (!atomic_compare_exchange_weak(&account->call_debt_ns, &due, next));
    return API_OK;
}

enum api_code account_enter(struct account *account, uint64_t now_ns, unsigned busy_retry_ms,
                            struct api_error *error)
{
    if (atomic_fetch_add(&account->calls, 1) >= account->max_calls) {
        account_leave(account);
        api_error_set(error, API_BUSY_KEY, "%" PRIu32 " of your calls are under way; try again",
                      account->max_calls);
        error->retry_after_ms = busy_retry_ms;
        return error->code;
    }
    if (take_turn(account, now_ns, error) != API_OK) {
        account_leave(account);
    }
    return error->code;
}

void account_leave(struct account *account)
{
    atomic_fetch_sub(&account->calls, 1);
}

/* ---- fuel ------------------------------------------------------------------------------------ */

void account_charge(struct account *account, uint64_t fuel, int64_t unix_s)
{
    int64_t today = unix_s / DAY_S, day = atomic_load(&account->day);

    /* Whoever sees the new day first begins it; a charge in that moment may go to the old one. */
    if (day < today && atomic_compare_exchange_strong(&account->day, &day, today)) {
        atomic_store(&account->fuel, 0);
    }
    atomic_fetch_add(&account->fuel, fuel);
}

bool account_is_spent(const struct account *account, int64_t unix_s)
{
    return account->fuel_per_day > 0 && atomic_load(&account->day) == unix_s / DAY_S &&
           atomic_load(&account->fuel) >= account->fuel_per_day;
}

enum api_code account_spent_error(const struct account *account, int64_t unix_s,
                                  struct api_error *error)
{
    api_error_set(error, API_QUOTA, "the day's fuel of %" PRIu64 " is used up",
                  account->fuel_per_day);
    api_error_member(error, "limit", "fuel_per_day", strlen("fuel_per_day"));
    error->retry_after_ms = (unsigned)(DAY_S - unix_s % DAY_S) * 1000;
    return error->code;
}
