/*
 * Numbers are not given back: whoever shares a place with another thread is slower, not wrong.
 */
#include "api/thread_number.h"

#include <stdatomic.h>

unsigned thread_number(void)
{
    static atomic_uint threads;
    static _Thread_local unsigned number; /* plus one; 0: none yet */

    if (number == 0) {
        number = atomic_fetch_add_explicit(&threads, 1, memory_order_relaxed) + 1;
    }
    return number - 1;
}
