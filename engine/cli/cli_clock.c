/* A clock that nobody sets: what is measured is how long something took. */
#include <time.h>

#include "engine/cli/cli.h"

uint64_t cli_clock_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}
