/*
 * Tests of daemon/executor.c with tasks that only count. What depends on time is waited for, never
 * measured.
 */
#include "daemon/executor.h"

#include "api/export_call.h"

#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct task {
    struct executor_task task; /* stands first, so that one is the other */
    uint64_t slices;           /* to go; UINT64_MAX: until it is stopped */
    uint64_t deadline_ns;
    atomic_uint runs, inside;
    atomic_bool abandoned, done;
    atomic_bool *until; /* a slice lasts until then; NULL: it is short */
};

static struct run_lane lanes[2];
static struct executor *executor;

static bool task_run(struct executor_task *base, uint64_t fuel)
{
    struct task *task = (struct task *)base;
    struct timespec pause = {0, 10000};

    ck_assert_uint_ge(fuel, 1);
    ck_assert_uint_eq(atomic_fetch_add(&task->inside, 1), 0);
    do {
        nanosleep(&pause, NULL);
    } while (task->until != NULL && !atomic_load(task->until));
    atomic_fetch_add(&task->runs, 1);
    atomic_fetch_sub(&task->inside, 1);
    if (task->slices != UINT64_MAX) {
        task->slices--;
    }
    return task->slices == 0 || atomic_load(&task->abandoned) ||
           call_clock_ns() >= task->deadline_ns;
}

static uint64_t task_deadline_ns(const struct executor_task *task)
{
    return ((const struct task *)task)->deadline_ns;
}

static void task_abandon(struct executor_task *task)
{
    atomic_store(&((struct task *)task)->abandoned, true);
}

static void task_done(struct executor_task *task)
{
    ck_assert(!atomic_exchange(&((struct task *)task)->done, true));
}

static const struct executor_calls calls = {task_run, task_deadline_ns, task_abandon, task_done};

static void task_init(struct task *task, int lane, uint64_t slices)
{
    memset(task, 0, sizeof *task);
    task->task.calls = &calls;
    task->task.lane = &lanes[lane];
    task->task.fd = -1;
    task->slices = slices;
    task->deadline_ns = UINT64_MAX;
}

static void start(unsigned threads, size_t capacity)
{
    struct executor_settings settings = {threads, 1, 100000, 1000, capacity};
    char why[128];

    memset(lanes, 0, sizeof lanes);
    lanes[0].weight = lanes[1].weight = 1;
    executor = executor_new(&settings, why, sizeof why);
    ck_assert_ptr_nonnull(executor);
}

static void finish(void)
{
    executor_stop(executor);
    executor_delete(executor);
}

/* Until it is so; a test that never comes there ends by its timeout. */
static void wait_for(atomic_bool *flag)
{
    struct timespec pause = {0, 1000000};

    while (!atomic_load(flag)) {
        nanosleep(&pause, NULL);
    }
}

START_TEST(runs_every_task_to_its_end)
{
    static struct task tasks[200];
    int i;

    start((unsigned)_i + 1, 200);
    for (i = 0; i < 200; i++) {
        task_init(&tasks[i], i % 2, (uint64_t)(i % 7) + 1);
        ck_assert(executor_submit(executor, &tasks[i].task));
    }
    for (i = 0; i < 200; i++) {
        wait_for(&tasks[i].done);
        ck_assert_uint_eq(tasks[i].runs, (unsigned)i % 7 + 1);
    }
    finish();
}
END_TEST

START_TEST(a_deadline_needs_no_turn)
{
    struct executor_figures figures;
    struct task endless[50];
    int i;

    start(1, 100);
    for (i = 0; i < 50; i++) {
        task_init(&endless[i], 0, UINT64_MAX);
        endless[i].deadline_ns = call_clock_ns() + 20000000 + (uint64_t)(50 - i) * 1000000;
        ck_assert(executor_submit(executor, &endless[i].task));
    }
    for (i = 0; i < 50; i++) {
        wait_for(&endless[i].done);
        ck_assert_uint_ge(call_clock_ns(), endless[i].deadline_ns);
    }
    executor_figures(executor, &figures);
    ck_assert_uint_gt(figures.expired, 0);
    finish();
    ck_assert_uint_gt(figures.slices, 50);
}
END_TEST

/* `_i`: the client closes, or only says that it will send no more. */
START_TEST(a_client_that_is_gone_is_seen)
{
    struct executor_figures figures;
    struct task tasks[20];
    int pairs[20][2], i;

    start(2, 100);
    for (i = 0; i < 20; i++) {
        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pairs[i]), 0);
        task_init(&tasks[i], i % 2, UINT64_MAX);
        tasks[i].task.fd = pairs[i][0];
        ck_assert(executor_submit(executor, &tasks[i].task));
    }
    for (i = 0; i < 20; i++) {
        ck_assert(!atomic_load(&tasks[i].done));
        ck_assert_int_eq(_i == 0 ? close(pairs[i][1]) : shutdown(pairs[i][1], SHUT_WR), 0);
        wait_for(&tasks[i].done);
        ck_assert(atomic_load(&tasks[i].abandoned));
    }
    executor_figures(executor, &figures);
    ck_assert_uint_eq(figures.abandoned, 20);
    finish();
    for (i = 0; i < 20; i++) {
        close(pairs[i][0]);
        if (_i != 0) {
            close(pairs[i][1]);
        }
    }
}
END_TEST

/* The only worker is busy, and has been handed the next: whose deadline passes, or whose client leaves,
 * does not wait for it. */
START_TEST(what_is_handed_out_is_taken_back)
{
    struct task busy, next, queued;
    atomic_bool go_on = false;
    int pair[2];

    start(1, 10);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    task_init(&busy, 0, 1);
    busy.until = &go_on;
    ck_assert(executor_submit(executor, &busy.task));
    while (atomic_load(&busy.inside) == 0) {
        sched_yield();
    }
    task_init(&next, 0, UINT64_MAX);
    next.task.fd = pair[0];
    if (_i == 0) {
        next.deadline_ns = call_clock_ns() + 20000000;
    }
    ck_assert(executor_submit(executor, &next.task));
    task_init(&queued, 1, UINT64_MAX);
    queued.deadline_ns = call_clock_ns() + 10000000;
    ck_assert(executor_submit(executor, &queued.task));
    wait_for(&queued.done);
    if (_i == 1) {
        ck_assert_int_eq(shutdown(pair[1], SHUT_WR), 0);
    }
    wait_for(&next.done);
    ck_assert_uint_eq(atomic_load(&busy.inside), 1);
    ck_assert(!atomic_load(&busy.done));
    atomic_store(&go_on, true);
    wait_for(&busy.done);
    finish();
    close(pair[0]);
    close(pair[1]);
}
END_TEST

START_TEST(a_client_that_talks_on_is_not_gone)
{
    struct task task;
    int pair[2];

    start(1, 10);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    ck_assert_int_eq(write(pair[1], "GET /", 5), 5);
    task_init(&task, 0, 300);
    task.task.fd = pair[0];
    ck_assert(executor_submit(executor, &task.task));
    ck_assert_int_eq(write(pair[1], "livez", 5), 5);
    wait_for(&task.done);
    ck_assert(!atomic_load(&task.abandoned));
    ck_assert_uint_eq(task.runs, 300);
    finish();
    close(pair[0]);
    close(pair[1]);
}
END_TEST

START_TEST(takes_no_more_than_there_is_room_for)
{
    struct task tasks[3];

    start(1, 2);
    task_init(&tasks[0], 0, UINT64_MAX);
    task_init(&tasks[1], 0, UINT64_MAX);
    task_init(&tasks[2], 1, 1);
    ck_assert(executor_submit(executor, &tasks[0].task));
    ck_assert(executor_submit(executor, &tasks[1].task));
    ck_assert(!executor_submit(executor, &tasks[2].task));
    task_abandon(&tasks[0].task);
    wait_for(&tasks[0].done);
    task_abandon(&tasks[1].task);
    executor_stop(executor);
    ck_assert(atomic_load(&tasks[1].done));
    ck_assert(!executor_submit(executor, &tasks[2].task)); /* too late */
    ck_assert_uint_eq(tasks[2].runs, 0);
    executor_delete(executor);
    executor_delete(NULL);
}
END_TEST

/* With one thread, a lane of many tasks leaves half of the slices to one of a single task. */
START_TEST(lanes_take_turns)
{
    static struct task many[100];
    struct task one;
    unsigned all = 0;
    int i;

    start(1, 200);
    for (i = 0; i < 100; i++) {
        task_init(&many[i], 0, UINT64_MAX);
        ck_assert(executor_submit(executor, &many[i].task));
    }
    task_init(&one, 1, 200);
    ck_assert(executor_submit(executor, &one.task));
    wait_for(&one.done);
    for (i = 0; i < 100; i++) {
        all += atomic_load(&many[i].runs);
        task_abandon(&many[i].task);
    }
    ck_assert_uint_lt(all, 2000); /* by the call it would be a hundred times as many, 20000 */
    finish();
}
END_TEST

/* ---- what is discarded ----------------------------------------------------------------------- */

struct waste {
    struct executor_waste waste; /* stands first */
    atomic_bool gone;
    bool here; /* by the thread that runs the test */
};

static pthread_t test_thread;

static void waste_dispose(struct executor_waste *base)
{
    struct waste *waste = (struct waste *)base;

    waste->here = pthread_equal(pthread_self(), test_thread);
    ck_assert(!atomic_exchange(&waste->gone, true));
}

static void discard(struct waste *waste, size_t count)
{
    test_thread = pthread_self();
    for (size_t i = 0; i < count; i++) {
        memset(&waste[i], 0, sizeof waste[i]);
        waste[i].waste.dispose = waste_dispose;
        executor_discard(executor, &waste[i].waste);
    }
}

/* A task that occupies the only worker until `go_on`. */
static void occupy(struct task *busy, atomic_bool *go_on)
{
    start(1, 10);
    task_init(busy, 0, 1);
    busy->until = go_on;
    ck_assert(executor_submit(executor, &busy->task));
    while (atomic_load(&busy->inside) == 0) {
        sched_yield();
    }
}

START_TEST(workers_dispose_of_what_is_discarded)
{
    static struct waste waste[500];
    static struct task tasks[50];
    size_t i;

    start((unsigned)_i + 1, 100);
    for (i = 0; i < 50; i++) { /* some that never end are no hindrance */
        task_init(&tasks[i], 0, _i == 0 && i == 0 ? UINT64_MAX : 100);
        ck_assert(executor_submit(executor, &tasks[i].task));
    }
    discard(waste, 500);
    for (i = 0; i < 500; i++) {
        wait_for(&waste[i].gone);
        ck_assert(!waste[i].here);
    }
    for (i = 1; i < 50; i++) {
        wait_for(&tasks[i].done);
        ck_assert_uint_eq(tasks[i].runs, 100);
    }
    discard(waste, 1);
    wait_for(&waste[0].gone);
    task_abandon(&tasks[0].task);
    finish();
}
END_TEST

START_TEST(waste_outlives_no_executor)
{
    atomic_bool go_on = false;
    struct waste waste[5];
    struct task busy;
    size_t i;

    occupy(&busy, &go_on);
    discard(waste, 5);
    for (i = 0; i < 5; i++) {
        ck_assert(!atomic_load(&waste[i].gone));
    }
    atomic_store(&go_on, true);
    finish();
    for (i = 0; i < 5; i++) {
        ck_assert(atomic_load(&waste[i].gone));
    }
}
END_TEST

START_TEST(too_much_waste_is_disposed_of_at_once)
{
    static struct waste waste[1010];
    atomic_bool go_on = false;
    struct task busy;
    size_t i;

    occupy(&busy, &go_on);
    discard(waste, 1010);
    for (i = 0; i < 1010; i++) {
        ck_assert_int_eq(atomic_load(&waste[i].gone), i >= 1000);
    }
    atomic_store(&go_on, true);
    for (i = 0; i < 1010; i++) {
        wait_for(&waste[i].gone);
        ck_assert_int_eq(waste[i].here, i >= 1000);
    }
    finish();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("daemon/executor");
    TCase *tcase = tcase_create("executor");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, runs_every_task_to_its_end, 0, 3);
    tcase_add_test(tcase, a_deadline_needs_no_turn);
    tcase_add_loop_test(tcase, a_client_that_is_gone_is_seen, 0, 2);
    tcase_add_loop_test(tcase, what_is_handed_out_is_taken_back, 0, 2);
    tcase_add_test(tcase, a_client_that_talks_on_is_not_gone);
    tcase_add_test(tcase, takes_no_more_than_there_is_room_for);
    tcase_add_test(tcase, lanes_take_turns);
    tcase_add_loop_test(tcase, workers_dispose_of_what_is_discarded, 0, 3);
    tcase_add_test(tcase, waste_outlives_no_executor);
    tcase_add_test(tcase, too_much_waste_is_disposed_of_at_once);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
