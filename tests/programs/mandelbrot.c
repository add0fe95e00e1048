/* Iterations of the Mandelbrot set in doubles and in floats, packed into bits. */
#include "tests/programs/program.h"

static uint32_t steps_f64(double x, double y)
{
    double r = 0;
    double i = 0;
    uint32_t steps = 0;
    while (r * r + i * i <= 4 && steps < 200) {
        double t = r * r - i * i + x;
        i = 2 * r * i + y;
        r = t;
        steps++;
    }
    return steps;
}

static uint32_t steps_f32(float x, float y)
{
    float r = 0;
    float i = 0;
    uint32_t steps = 0;
    while (r * r + i * i <= 4 && steps < 200) {
        float t = r * r - i * i + x;
        i = 2 * r * i + y;
        r = t;
        steps++;
    }
    return steps;
}

PROGRAM(mandelbrot)
{
    uint64_t digest = DIGEST_INIT;
    uint64_t packed = 0;
    for (uint32_t py = 0; py < n; py++) {
        for (uint32_t px = 0; px < n; px++) {
            double x = 3.0 * px / n - 2.25;
            double y = 2.5 * py / n - 1.25;
            uint32_t wide = steps_f64(x, y);
            uint32_t narrow = steps_f32((float)x, (float)y);
            packed = packed << 1 | (wide == 200);
            if (px % 64 == 63 || px == n - 1) {
                digest = digest_u64(digest, packed);
                packed = 0;
            }
            digest = digest_u64(digest, (uint64_t)wide << 32 | narrow);
        }
    }
    return digest;
}
