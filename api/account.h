/*
 * account.h - whom a request's use is charged to, and how much of it at a time.
 *
 * Requests without a key share one account. `lane` is under the lock of whoever runs calls; other
 * fields that are not atomic do not change while requests are under way. Any number of threads.
 */
#ifndef CUPEL_API_ACCOUNT_H
#define CUPEL_API_ACCOUNT_H

#include "api/run_queue.h"

#include <stdatomic.h>
#include <stdint.h>

struct account {
    uint64_t id;        /* 0: whoever has no key */
    uint32_t max_calls; /* running and waiting; beyond: API_BUSY_KEY */
    atomic_uint calls;
    struct run_lane lane; /* its share of the time of calls that take long */
};

#endif
