/* Planets around a sun: double arithmetic with square roots, where every rounding counts. */
#include "tests/programs/program.h"

#define BODIES 5

struct body {
    double at[3];
    double speed[3];
    double mass;
};

static double energy(const struct body *bodies)
{
    double sum = 0;
    for (int i = 0; i < BODIES; i++) {
        const struct body *b = &bodies[i];
        double square =
            b->speed[0] * b->speed[0] + b->speed[1] * b->speed[1] + b->speed[2] * b->speed[2];
        sum += 0.5 * b->mass * square;
        for (int k = i + 1; k < BODIES; k++) {
            double d2 = 0;
            for (int axis = 0; axis < 3; axis++) {
                double d = b->at[axis] - bodies[k].at[axis];
                d2 += d * d;
            }
            sum -= b->mass * bodies[k].mass / __builtin_sqrt(d2);
        }
    }
    return sum;
}

static void pull(struct body *a, struct body *b, double dt)
{
    double d[3];
    double d2 = 0;
    for (int axis = 0; axis < 3; axis++) {
        d[axis] = a->at[axis] - b->at[axis];
        d2 += d[axis] * d[axis];
    }
    double magnitude = dt / (d2 * __builtin_sqrt(d2));
    for (int axis = 0; axis < 3; axis++) {
        a->speed[axis] -= d[axis] * b->mass * magnitude;
        b->speed[axis] += d[axis] * a->mass * magnitude;
    }
}

static void advance(struct body *bodies, double dt)
{
    for (int i = 0; i < BODIES; i++) {
        for (int k = i + 1; k < BODIES; k++) {
            pull(&bodies[i], &bodies[k], dt);
        }
    }
    for (int i = 0; i < BODIES; i++) {
        for (int axis = 0; axis < 3; axis++) {
            bodies[i].at[axis] += dt * bodies[i].speed[axis];
        }
    }
}

PROGRAM(nbody)
{
    struct body bodies[BODIES];
    for (int i = 0; i < BODIES; i++) {
        double distance = i == 0 ? 0 : 1.5 * i * i + 3.25;
        bodies[i] = (struct body){{distance, distance / 7, -distance / 11},
                                  {-0.01 * i, 2.0 / (i + 1.5), 0.125 * i},
                                  i == 0 ? 39.47841760435743 : 0.01 / i};
    }
    uint64_t digest = digest_f64(DIGEST_INIT, energy(bodies));
    for (uint32_t step = 0; step < n; step++) {
        advance(bodies, 0.01);
    }
    for (int i = 0; i < BODIES; i++) {
        digest = digest_bytes(digest, bodies[i].at, sizeof bodies[i].at);
    }
    return digest_f64(digest, energy(bodies));
}
