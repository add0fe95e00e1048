/*
 * account.h - whom a request's use is charged to, and how much of it there may be.
 *
 * Every key has one; requests without a key share one. `lane` is under the lock of whoever runs
 * calls; other fields that are not atomic do not change while requests are under way. A limit of 0
 * is none. Any number of threads.
 */
#ifndef CUPEL_API_ACCOUNT_H
#define CUPEL_API_ACCOUNT_H

#include "api/api_error.h"
#include "api/run_queue.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct account {
    uint64_t id;        /* 0: whoever has no key */
    uint32_t max_calls; /* running and waiting; at least 1 */
    uint64_t calls_per_second;
    uint64_t fuel_per_day;
    uint64_t max_modules, max_stored_bytes;

    atomic_uint calls;
    atomic_uint long_calls;        /* requests that wait for more slices or run in them */
    _Atomic uint64_t call_debt_ns; /* when the calls that were begun would have been due */
    _Atomic int64_t day;           /* to which `fuel` belongs, counted from 1970-01-01 UTC */
    _Atomic uint64_t fuel;
    struct run_lane lane; /* its share of the time of calls that take long */
};

/* Begins a call at `now_ns` (any steady clock; disregarded without a rate). API_BUSY_KEY or API_QUOTA: not now. */
enum api_code account_enter(struct account *account, uint64_t now_ns, unsigned busy_retry_ms,
                            struct api_error *error);
void account_leave(struct account *account);
/* Whether a call that began now would be refused for its rate. Begins nothing. */
enum api_code account_check_rate(struct account *account, uint64_t now_ns, struct api_error *error);

/* Charges fuel that was used at `unix_s`, seconds since 1970. */
void account_charge(struct account *account, uint64_t fuel, int64_t unix_s);
/* Is the fuel of that day used up? */
bool account_is_spent(const struct account *account, int64_t unix_s);
/* Says so. */
enum api_code account_spent_error(const struct account *account, int64_t unix_s,
                                  struct api_error *error);

#endif
