/* Four sorts of the same numbers, which must agree: by a comparison function, by heap, merging, radix. */
#include "tests/programs/program.h"

#define MAX 4096

static int32_t numbers[4][MAX];
static int32_t scratch[MAX];

typedef int compare_fn(const int32_t *a, const int32_t *b);

static int ascending(const int32_t *a, const int32_t *b)
{
    return *a < *b ? -1 : *a > *b;
}

static void swap(int32_t *a, int32_t *b)
{
    int32_t t = *a;
    *a = *b;
    *b = t;
}

static void quick_sort(int32_t *a, int low, int high, compare_fn *compare)
{
    while (low < high) {
        int32_t pivot = a[(low + high) / 2];
        int i = low - 1;
        int j = high + 1;
        for (;;) {
            do {
                i++;
            } while (compare(&a[i], &pivot) < 0);
            do {
                j--;
            } while (compare(&a[j], &pivot) > 0);
            if (i >= j) {
                break;
            }
            swap(&a[i], &a[j]);
        }
        quick_sort(a, low, j, compare);
        low = j + 1;
    }
}

static void sift_down(int32_t *a, uint32_t root, uint32_t count)
{
    for (uint32_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && a[child] < a[child + 1]) {
            child++;
        }
        if (a[root] >= a[child]) {
            return;
        }
        swap(&a[root], &a[child]);
    }
}

static void heap_sort(int32_t *a, uint32_t count)
{
    for (uint32_t i = count / 2; i > 0; i--) {
        sift_down(a, i - 1, count);
    }
    for (uint32_t end = count; end > 1; end--) {
        swap(&a[0], &a[end - 1]);
        sift_down(a, 0, end - 1);
    }
}

static void merge_sort(int32_t *a, uint32_t count)
{
    for (uint32_t width = 1; width < count; width *= 2) {
        for (uint32_t start = 0; start < count; start += 2 * width) {
            uint32_t middle = start + width < count ? start + width : count;
            uint32_t end = start + 2 * width < count ? start + 2 * width : count;
            uint32_t i = start;
            uint32_t j = middle;
            for (uint32_t k = start; k < end; k++) {
                scratch[k] = i < middle && (j >= end || a[i] <= a[j]) ? a[i++] : a[j++];
            }
        }
        for (uint32_t k = 0; k < count; k++) {
            a[k] = scratch[k];
        }
    }
}

static void radix_sort(int32_t *a, uint32_t count)
{
    for (int shift = 0; shift < 32; shift += 8) {
        uint32_t starts[257] = {0};
        uint32_t flip = shift == 24 ? 0x80 : 0;
        for (uint32_t i = 0; i < count; i++) {
            starts[((((uint32_t)a[i] >> shift) & 255) ^ flip) + 1]++;
        }
        for (int i = 0; i < 256; i++) {
            starts[i + 1] += starts[i];
        }
        for (uint32_t i = 0; i < count; i++) {
            scratch[starts[(((uint32_t)a[i] >> shift) & 255) ^ flip]++] = a[i];
        }
        for (uint32_t i = 0; i < count; i++) {
            a[i] = scratch[i];
        }
    }
}

PROGRAM(sorting)
{
    uint64_t random = 88172645463325252u;
    uint32_t count = n < MAX ? n : MAX;
    for (uint32_t i = 0; i < count; i++) {
        int32_t number = (int32_t)(uint32_t)random_next(&random);
        number = i % 5 == 0 ? number % 16 : number;
        for (int k = 0; k < 4; k++) {
            numbers[k][i] = number;
        }
    }
    quick_sort(numbers[0], 0, (int)count - 1, ascending);
    heap_sort(numbers[1], count);
    merge_sort(numbers[2], count);
    radix_sort(numbers[3], count);
    uint64_t digest = DIGEST_INIT;
    for (int k = 0; k < 4; k++) {
        digest = digest_bytes(digest, numbers[k], count * sizeof numbers[k][0]);
    }
    return digest;
}
