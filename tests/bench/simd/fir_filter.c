/* A filter of 16-bit samples and its absolute error: plain loops, which the compiler turns into vectors itself. */
#include "tests/bench/simd/kernel.h"

#define COUNT 4096
#define TAPS  8

static int16_t samples[COUNT + TAPS], taps[TAPS], filtered[COUNT];
static uint32_t error;

void KERNEL(fir_filter, setup)(void)
{
    uint32_t state = 10;
    for (unsigned i = 0; i < COUNT + TAPS; i++) {
        samples[i] = (int16_t)random_word(&state);
    }
    for (unsigned k = 0; k < TAPS; k++) {
        taps[k] = (int16_t)(random_word(&state) % 8192);
    }
}

static void filter(void)
{
    for (unsigned i = 0; i < COUNT; i++) {
        int32_t sum = 0;
        for (unsigned k = 0; k < TAPS; k++) {
            sum += samples[i + k] * taps[k];
        }
        filtered[i] = (int16_t)(sum >> 15);
    }
    for (unsigned i = 0; i < COUNT; i++) {
        int32_t difference = filtered[i] - samples[i];
        error += (uint32_t)(difference < 0 ? -difference : difference);
    }
}

void KERNEL(fir_filter, run)(uint32_t rounds)
{
    for (uint32_t i = 0; i < rounds; i++) {
        samples[i % COUNT] = filtered[i * 3 % COUNT];
        filter();
    }
}

uint64_t KERNEL(fir_filter, digest)(void)
{
    return digest_words(filtered, sizeof filtered) ^ error;
}
