/* Objects with tables of function pointers, tables of functions of several types, callbacks. */
#include "tests/programs/program.h"

struct shape;

struct shape_ops {
    double (*area)(const struct shape *shape);
    void (*grow)(struct shape *shape, double by);
    uint32_t (*kind)(void);
};

struct shape {
    const struct shape_ops *ops;
    double a, b;
};

static double rectangle_area(const struct shape *s)
{
    return s->a * s->b;
}
static void rectangle_grow(struct shape *s, double by)
{
    s->a += by;
    s->b += by / 2;
}
static uint32_t rectangle_kind(void)
{
    return 1;
}
static double ellipse_area(const struct shape *s)
{
    return 3.141592653589793 * s->a * s->b;
}
static void ellipse_grow(struct shape *s, double by)
{
    s->a *= 1 + by / 100;
}
static uint32_t ellipse_kind(void)
{
    return 2;
}
static double triangle_area(const struct shape *s)
{
    return s->a * s->b / 2;
}
static uint32_t triangle_kind(void)
{
    return 3;
}

static const struct shape_ops rectangle = {rectangle_area, rectangle_grow, rectangle_kind};
static const struct shape_ops ellipse = {ellipse_area, ellipse_grow, ellipse_kind};
static const struct shape_ops triangle = {triangle_area, rectangle_grow, triangle_kind};
static const struct shape_ops *const kinds[] = {&rectangle, &ellipse, &triangle};

typedef uint64_t binary_fn(uint64_t a, uint64_t b);

static uint64_t add(uint64_t a, uint64_t b)
{
    return a + b;
}
static uint64_t mix(uint64_t a, uint64_t b)
{
    return (a ^ b) * UINT64_C(0x9e3779b97f4a7c15);
}
static uint64_t rotate(uint64_t a, uint64_t b)
{
    return a << (b & 63) | a >> (-b & 63);
}
static uint64_t pick(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static binary_fn *const functions[] = {add, mix, rotate, pick};

static uint64_t fold(binary_fn *f, const uint64_t *values, uint32_t count, uint64_t start)
{
    for (uint32_t i = 0; i < count; i++) {
        start = f(start, values[i]);
    }
    return start;
}

/* A function that returns functions. */
static binary_fn *choose(uint64_t value)
{
    return functions[value % 4];
}

PROGRAM(vtables)
{
    struct shape shapes[9];
    uint64_t values[16];
    uint64_t random = 77;
    uint64_t digest = DIGEST_INIT;
    for (int i = 0; i < 9; i++) {
        shapes[i] = (struct shape){kinds[i % 3], i + 1.25, 10.5 - i};
    }
    for (uint32_t i = 0; i < n; i++) {
        struct shape *shape = &shapes[random_next(&random) % 9];
        shape->ops->grow(shape, (double)(i % 13) / 8);
        digest = digest_f64(digest, shape->ops->area(shape));
        digest += shape->ops->kind();
        if (i % 50 == 49) {
            shape->ops = kinds[random_next(&random) % 3];
        }
        values[i % 16] = random_next(&random);
        if (i % 16 == 15) {
            digest = digest_u64(digest, fold(choose(random), values, 16, digest));
        }
    }
    return digest;
}
