/*
 * Tests of api/run_queue.c: shares of time, turns within an account, deadlines. Time is pretended.
 */
#include "api/run_queue.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define QUANTUM 1000

enum { LANES = 3, ITEMS = 40 };

static struct run_queue queue;
static struct run_lane lanes[LANES];
static struct run_item items[LANES][ITEMS];

static void setup(void)
{
    memset(lanes, 0, sizeof lanes);
    memset(items, 0, sizeof items);
    ck_assert(run_queue_init(&queue, LANES * ITEMS, QUANTUM));
    for (int l = 0; l < LANES; l++) {
        lanes[l].weight = 1;
        for (int i = 0; i < ITEMS; i++) {
            items[l][i].lane = &lanes[l];
            items[l][i].deadline_ns = UINT64_MAX;
        }
    }
}

static void teardown(void)
{
    run_queue_fini(&queue);
}

static void put(int lane, int count)
{
    for (int i = 0; i < count; i++) {
        ck_assert(run_queue_put(&queue, &items[lane][i]));
    }
}

static int lane_of(const struct run_item *item)
{
    return (int)(item->lane - lanes);
}

/* Runs `slices` slices, of `cost[lane]` each; the time that each lane got. */
static void run(int slices, const uint64_t cost[LANES], uint64_t got[LANES])
{
    memset(got, 0, LANES * sizeof *got);
    for (int i = 0; i < slices; i++) {
        struct run_item *item = run_queue_take(&queue);

        ck_assert_ptr_nonnull(item);
        got[lane_of(item)] += cost[lane_of(item)];
        run_queue_back(&queue, item, cost[lane_of(item)]);
    }
}

static void close_to(uint64_t given, uint64_t expected)
{
    ck_assert_msg(given > expected - expected / 20 && given < expected + expected / 20,
                  "%lu is not about %lu", (unsigned long)given, (unsigned long)expected);
}

/* As many items and slices as long as may be: time is shared by weight. */
START_TEST(shares_time_by_weight)
{
    static const struct {
        int items[LANES];
        uint32_t weights[LANES];
        uint64_t cost[LANES];
    } rows[] = {
        {{1, 1, 1}, {1, 1, 1}, {1000, 1000, 1000}},   {{40, 1, 1}, {1, 1, 1}, {1000, 1000, 1000}},
        {{40, 1, 3}, {1, 1, 1}, {100, 1000, 100}},    {{1, 1, 1}, {1, 1, 1}, {5000, 1000, 200}},
        {{40, 1, 1}, {1, 2, 5}, {1000, 1000, 1000}},  {{1, 40, 1}, {1, 2, 5}, {30000, 1000, 100}},
        {{40, 40, 40}, {3, 3, 3}, {900, 1100, 1000}},
    };
    uint64_t got[LANES], all = 0;
    uint32_t weights = 0;

    for (int l = 0; l < LANES; l++) {
        lanes[l].weight = rows[_i].weights[l];
        weights += lanes[l].weight;
        put(l, rows[_i].items[l]);
    }
    run(100000, rows[_i].cost, got);
    for (int l = 0; l < LANES; l++) {
        all += got[l];
    }
    for (int l = 0; l < LANES; l++) {
        close_to(got[l], all * lanes[l].weight / weights);
    }
}
END_TEST

/* Each one's first turn comes in between the others' later ones; then they take turns. */
START_TEST(items_of_a_lane_take_turns)
{
    static const int order[] = {0, 0, 1, 0, 2, 1, 3, 0, 4, 2, 1, 3, 0, 4, 2, 1, 3, 0, 4, 2};

    put(1, 5);
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        struct run_item *item = run_queue_take(&queue);

        ck_assert_ptr_eq(item, &items[1][order[i]]);
        run_queue_back(&queue, item, 10 + i * QUANTUM);
    }
}
END_TEST

/* However many wait, who is new is among the next two; and however many come, who waits gets half. */
START_TEST(who_is_new_need_not_wait_for_a_round)
{
    struct run_item *item;
    int waiting = 0;

    put(0, ITEMS - 1);
    for (int i = 0; i < 2 * ITEMS; i++) {
        run_queue_back(&queue, run_queue_take(&queue), 1);
    }
    for (int i = 0; i < 100; i++) {
        ck_assert(run_queue_put(&queue, &items[0][ITEMS - 1]));
        while ((item = run_queue_take(&queue)) != &items[0][ITEMS - 1]) {
            waiting++;
            run_queue_back(&queue, item, 1);
        }
        run_queue_end(&queue, item, 1);
    }
    ck_assert_int_ge(waiting, 99);
    ck_assert_int_le(waiting, 101);
}
END_TEST

START_TEST(who_comes_late_gets_no_more_than_the_others)
{
    static const uint64_t cost[LANES] = {QUANTUM, QUANTUM, QUANTUM};
    uint64_t got[LANES];

    put(0, 10);
    run(5000, cost, got);
    put(1, 10);
    run(1000, cost, got);
    close_to(got[0], got[1]);
}
END_TEST

START_TEST(debts_are_bounded_and_end_with_the_work)
{
    struct run_item *item;

    put(0, 1);
    item = run_queue_take(&queue);
    run_queue_back(&queue, item, UINT64_MAX);
    ck_assert_int_eq(lanes[0].credit_ns, -99 * QUANTUM); /* the turn's own quantum is paid for */
    item = run_queue_take(&queue);
    run_queue_end(&queue, item, UINT64_MAX);
    ck_assert_int_eq(lanes[0].credit_ns, 0); /* it had nothing else */
    put(2, 2);
    run_queue_take_item(&queue, &items[2][1]);
    run_queue_end(&queue, &items[2][1], UINT64_MAX / 2);
    ck_assert_int_eq(lanes[2].credit_ns, -100 * QUANTUM);
    run_queue_take_item(&queue, &items[2][0]);
    run_queue_back(&queue, &items[2][0], 1);
    ck_assert_int_eq(lanes[2].credit_ns, -100 * QUANTUM);
}
END_TEST

START_TEST(gives_everything_once)
{
    ck_assert_ptr_null(run_queue_take(&queue));
    ck_assert_ptr_null(run_queue_take_expired(&queue, UINT64_MAX));
    ck_assert_uint_eq(run_queue_deadline_ns(&queue), UINT64_MAX);
    put(0, ITEMS);
    put(1, ITEMS);
    put(2, ITEMS);
    ck_assert(!run_queue_put(&queue, &(struct run_item){.lane = &lanes[0]})); /* no room */
    for (int i = 0; i < LANES * ITEMS; i++) {
        struct run_item *item = run_queue_take(&queue);

        ck_assert_ptr_nonnull(item);
        ck_assert_uint_eq(item->deadline_ns, UINT64_MAX);
        item->deadline_ns = 0;
        ck_assert(
            !run_queue_put(&queue, &(struct run_item){.lane = &lanes[0]})); /* they keep theirs */
        if (i % 2 == 0) {
            run_queue_end(&queue, item, 10);
            ck_assert(run_queue_put(&queue, item));
            run_queue_take_item(&queue, item);
        }
    }
    ck_assert_ptr_null(run_queue_take(&queue));
    ck_assert_uint_eq(queue.count, 0);
}
END_TEST

/* Items come and go at random; beside the heap stands a list that is searched. */
START_TEST(knows_the_earliest_deadline)
{
    bool inside[ITEMS] = {false};
    uint64_t now = 0;

    srand(7);
    for (int step = 0; step < 20000; step++) {
        int i = rand() % ITEMS;
        uint64_t earliest = UINT64_MAX;
        struct run_item *item;

        now += (uint64_t)(rand() % 10);
        if (inside[i]) {
            run_queue_take_item(&queue, &items[0][i]);
            inside[i] = false;
            run_queue_end(&queue, &items[0][i], 1);
        } else {
            items[0][i].deadline_ns = now + (uint64_t)(rand() % 1000);
            ck_assert(run_queue_put(&queue, &items[0][i]));
            inside[i] = true;
        }
        while ((item = run_queue_take_expired(&queue, now)) != NULL) {
            ck_assert_uint_le(item->deadline_ns, now);
            ck_assert(inside[item - items[0]]);
            inside[item - items[0]] = false;
            run_queue_end(&queue, item, 1);
        }
        for (i = 0; i < ITEMS; i++) {
            if (inside[i] && items[0][i].deadline_ns < earliest) {
                earliest = items[0][i].deadline_ns;
            }
        }
        ck_assert_uint_eq(run_queue_deadline_ns(&queue), earliest);
        ck_assert(earliest == UINT64_MAX || earliest > now);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("api/run_queue");
    TCase *tcase = tcase_create("run_queue");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, shares_time_by_weight, 0, 7);
    tcase_add_test(tcase, items_of_a_lane_take_turns);
    tcase_add_test(tcase, who_is_new_need_not_wait_for_a_round);
    tcase_add_test(tcase, who_comes_late_gets_no_more_than_the_others);
    tcase_add_test(tcase, debts_are_bounded_and_end_with_the_work);
    tcase_add_test(tcase, gives_everything_once);
    tcase_add_test(tcase, knows_the_earliest_deadline);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
