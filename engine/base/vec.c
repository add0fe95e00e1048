/*
 * Growth by half as much again: amortised constant time, and realloc can reuse what was freed
 * before, which doubling never can.
 */
#include "engine/base/vec.h"

#include <stdint.h>

bool vec_grow_(void **data, size_t *cap, size_t need, size_t element_size)
{
    size_t most = SIZE_MAX / 2 / element_size;
    if (need > most)
        return false;
    size_t wanted = *cap < most / 2 ? *cap + *cap / 2 + 8 : most;
    if (wanted < need)
        wanted = need;
    void *grown = mem_realloc(*data, wanted * element_size);
    if (!grown)
        return false;
    *data = grown;
    *cap = wanted;
    return true;
}
