/*
 * Relaxed counters: each is right, and nobody needs two of them to be right at the same moment. A
 * histogram has three buckets a power of ten, which is as fine as alarms and quantiles need. Threads
 * count in different parts, as far as there are parts: a dozen counters for each call that all threads
 * share would travel between the processors all the time.
 */
#include "api/metrics.h"

#include "api/thread_number.h"

#include <inttypes.h>
#include <string.h>

static void add(_Atomic uint64_t *counter, uint64_t value)
{
    atomic_fetch_add_explicit(counter, value, memory_order_relaxed);
}

static uint64_t get(const _Atomic uint64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

/* Where this thread counts. */
static struct metrics_part *part_of(struct metrics *metrics)
{
    return &metrics->parts[thread_number() % METRICS_PARTS];
}

static void observe(struct metrics_histogram *histogram, uint64_t value)
{
    uint64_t bound = 1;
    size_t i = 0;

    for (; i + 1 < METRICS_BUCKETS && value > bound; i++) {
        bound = i % 3 == 1 ? bound / 2 * 5 : bound * 2;
    }
    add(&histogram->buckets[i], 1);
    add(&histogram->sum, value);
}

void metrics_call(struct metrics *metrics, enum api_code code, uint64_t elapsed_us, uint64_t fuel)
{
    struct metrics_part *part = part_of(metrics);

    add(&part->calls[code], 1);
    observe(&part->call_us, elapsed_us);
    observe(&part->call_fuel, fuel);
}

void metrics_timeout(struct metrics *metrics, uint64_t late_us)
{
    observe(&part_of(metrics)->late_us, late_us);
}

void metrics_refused(struct metrics *metrics, enum metrics_refusal why)
{
    add(&part_of(metrics)->refused[why], 1);
}

void metrics_error(struct metrics *metrics, enum api_code code)
{
    add(&part_of(metrics)->errors[code], 1);
}

void metrics_response(struct metrics *metrics, unsigned status)
{
    add(&part_of(metrics)->responses[status / 100 < 6 ? status / 100 : 0], 1);
}

/* ---- writing --------------------------------------------------------------------------------- */

static void sum(_Atomic uint64_t *total, const _Atomic uint64_t *counters, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add(&total[i], get(&counters[i]));
    }
}

static void sum_histogram(struct metrics_histogram *total, const struct metrics_histogram *part)
{
    sum(total->buckets, part->buckets, METRICS_BUCKETS);
    sum(&total->sum, &part->sum, 1);
}

static void sum_parts(const struct metrics *metrics, struct metrics_part *total)
{
    memset(total, 0, sizeof *total);
    for (size_t i = 0; i < METRICS_PARTS; i++) {
        const struct metrics_part *part = &metrics->parts[i];

        sum(total->calls, part->calls, API_CODES);
        sum(total->responses, part->responses, 6);
        sum(total->errors, part->errors, API_CODES);
        sum(total->refused, part->refused, METRICS_REFUSALS);
        sum_histogram(&total->call_us, &part->call_us);
        sum_histogram(&total->call_fuel, &part->call_fuel);
        sum_histogram(&total->late_us, &part->late_us);
    }
}

static void write_head(struct strbuf *out, const char *name, const char *type, const char *help)
{
    strbuf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void metrics_write_one(struct strbuf *out, const char *name, const char *type, const char *help,
                       uint64_t value)
{
    write_head(out, name, type, help);
    strbuf_printf(out, "%s %" PRIu64 "\n", name, value);
}

/* The bound of the first bucket is 10 to the power of `exponent`, the unit of what was counted. */
static void write_histogram(struct strbuf *out, const char *name, const char *help,
                            const struct metrics_histogram *histogram, int exponent)
{
    static const int digits[] = {1, 2, 5};
    uint64_t count = 0;
    int i;

    write_head(out, name, "histogram", help);
    for (i = 0; i < METRICS_BUCKETS; i++) {
        count += get(&histogram->buckets[i]);
        if (i + 1 < METRICS_BUCKETS) {
            strbuf_printf(out, "%s_bucket{le=\"%de%d\"} %" PRIu64 "\n", name, digits[i % 3],
                          exponent + i / 3, count);
        }
    }
    strbuf_printf(out, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n", name, count);
    strbuf_printf(out, "%s_sum %" PRIu64 "e%d\n%s_count %" PRIu64 "\n", name, get(&histogram->sum),
                  exponent, name, count);
}

/* Codes that share a kind are counted together, in the place of the first of them. Kinds that never
 * were are left out, except for the first. */
static void write_kinds(struct strbuf *out, const char *name, const char *label, const char *help,
                        const _Atomic uint64_t *counts, enum api_code always)
{
    write_head(out, name, "counter", help);
    for (int code = 0; code < API_CODES; code++) {
        const char *kind = api_error_kind((enum api_code)code);
        uint64_t count = 0;
        int first = code;

        for (int other = 0; other < API_CODES; other++) {
            if (strcmp(api_error_kind((enum api_code)other), kind) == 0) {
                first = other < first ? other : first;
                count += get(&counts[other]);
            }
        }
        if (first == code && (count > 0 || code == (int)always)) {
            strbuf_printf(out, "%s{%s=\"%s\"} %" PRIu64 "\n", name, label, kind, count);
        }
    }
}

static void write_refusals(struct strbuf *out, const struct metrics_part *total)
{
    static const char *const names[METRICS_REFUSALS] = {"total", "key", "memory"};

    write_head(out, "cupel_refused_calls_total", "counter",
               "Calls that were busy, by what was full.");
    for (int i = 0; i < METRICS_REFUSALS; i++) {
        strbuf_printf(out, "cupel_refused_calls_total{full=\"%s\"} %" PRIu64 "\n", names[i],
                      get(&total->refused[i]));
    }
}

void metrics_write(const struct metrics *metrics, struct strbuf *out)
{
    struct metrics_part total;

    sum_parts(metrics, &total);
    write_kinds(out, "cupel_calls_total", "outcome", "Calls that ended, by outcome.", total.calls,
                API_OK);
    write_kinds(out, "cupel_errors_total", "kind", "Answers that were errors, by kind.",
                total.errors, API_STORAGE);
    write_refusals(out, &total);
    write_histogram(out, "cupel_call_seconds", "Time that calls took, waiting included.",
                    &total.call_us, -6);
    write_histogram(out, "cupel_call_fuel", "Fuel that calls used.", &total.call_fuel, 0);
    write_histogram(out, "cupel_timeout_lateness_seconds",
                    "How long after their deadline calls that timed out ended.", &total.late_us,
                    -6);
    write_head(out, "cupel_responses_total", "counter", "HTTP responses, by class.");
    for (int i = 2; i < 6; i++) {
        strbuf_printf(out, "cupel_responses_total{class=\"%dxx\"} %" PRIu64 "\n", i,
                      get(&total.responses[i]));
    }
}
