/*
 * The workers run at a lower priority than the threads that read requests, so what is short is answered
 * at once although the processors are busy, and the time that is left is for what is long. A thread of
 * low priority may be displaced at any moment and for long; so none of them ever holds a lock that
 * others need. All scheduling is done by one more thread, the steward, at the daemon's own priority:
 * it alone touches queue and sockets, hands each worker the task after the one that it runs, and gets tasks
 * back, as those from outside, by a stack that takes no lock. What it has handed out and nobody has
 * begun yet, it can take back.
 *
 * A slice is given in fuel, since that is what the engine counts, and its size follows the time that the
 * task's last one took on the processor: being displaced is not charged. As long as nobody waits, a
 * worker goes on with what it has.
 *
 * What a call leaves behind (memory to unmap, mostly) is disposed of by the workers, between slices. Five
 * hundred calls that end at the same moment would wait for each other's on the steward.
 *
 * The steward ends what has passed its deadline itself, before anything else. It sleeps in epoll until the
 * earliest deadline, and is woken for mail and for sockets whose other end has closed. A stale event of a
 * descriptor that is in use again does no harm: it is asked anew.
 */
#include "daemon/executor.h"

#include "api/export_call.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { FD_BUCKETS = 1024, LEAST_FUEL = 1000, MOST_WASTE = 1000 };

#define MOST_FUEL (UINT64_C(1) << 40)

struct worker {
    struct executor *executor;
    pthread_t thread;
    sem_t given; /* posted for each task that was put into `next`, and each piece of waste */
    _Atomic(struct executor_task *) next;
    _Atomic(struct executor_waste *) waste; /* for it, the last first */
    struct executor_waste *rest;            /* its own: what it has taken of that */
};

struct executor {
    struct executor_settings settings;
    atomic_bool stopping, closing; /* no more tasks; no more threads */
    _Atomic uint64_t tasks, waiting, slices, abandoned, expired;
    _Atomic(struct executor_task *) mail; /* new ones and those that are back, the last first */
    atomic_uint waste_count, waste_turn;
    atomic_bool awake; /* the steward will look at the mail before it sleeps */
    int epoll_fd, wake_fd;
    struct worker *workers;
    unsigned worker_count;
    pthread_t steward;
    bool has_steward;

    pthread_mutex_t mutex; /* of nothing but the condition */
    pthread_cond_t idle;

    /* The steward's own. */
    struct run_queue queue;
    struct executor_task *by_fd[FD_BUCKETS];
};

static struct executor_task *task_of(struct run_item *item)
{
    return item == NULL ? NULL
                        : (struct executor_task *)(void *)((char *)item -
                                                           offsetof(struct executor_task, item));
}

static uint64_t thread_time_ns(void)
{
    struct timespec used;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (uint64_t)used.tv_sec * 1000000000 + (uint64_t)used.tv_nsec;
}

/* ---- mail ------------------------------------------------------------------------------------ */

static void wake_steward(struct executor *executor)
{
    uint64_t one = 1;

    if (!atomic_exchange(&executor->awake, true) &&
        write(executor->wake_fd, &one, sizeof one) < 0) {
        return; /* it is full: the steward has been woken already */
    }
}

static void post(struct executor *executor, struct executor_task *task)
{
    struct executor_task *last = atomic_load(&executor->mail);

    do {
        task->next_in_mail = last;
    } while (!atomic_compare_exchange_weak(&executor->mail, &last, task));
    wake_steward(executor);
}

/* All that has come, the first first. */
static struct executor_task *take_mail(struct executor *executor)
{
    struct executor_task *task = atomic_exchange(&executor->mail, NULL), *list = NULL, *next;

    for (; task != NULL; task = next) {
        next = task->next_in_mail;
        task->next_in_mail = list;
        list = task;
    }
    return list;
}

/* ---- workers --------------------------------------------------------------------------------- */

/* So much that the next slice takes as long as it should, by the last. */
static void adapt(const struct executor *executor, struct executor_task *task)
{
    double right = (double)task->fuel * (double)executor->settings.slice_ns /
                   (double)(task->took_ns > 0 ? task->took_ns : 1);
    uint64_t most = task->fuel * 2, least = task->fuel / 8;

    task->fuel = right > (double)most ? most : right < (double)least ? least : (uint64_t)right;
    task->fuel = task->fuel < LEAST_FUEL  ? LEAST_FUEL
                 : task->fuel > MOST_FUEL ? MOST_FUEL
                                          : task->fuel;
}

static void run_slice(struct executor *executor, struct executor_task *task, uint64_t fuel)
{
    uint64_t start = thread_time_ns();

    task->state = task->calls->run(task, fuel) ? TASK_DONE : TASK_BACK;
    task->took_ns = thread_time_ns() - start;
    atomic_fetch_add_explicit(&executor->slices, 1, memory_order_relaxed);
}

/* One piece of what was discarded; each was announced by a post of its own. */
static void dispose_one(struct worker *worker)
{
    struct executor_waste *waste;

    if (worker->rest == NULL) {
        worker->rest = atomic_exchange(&worker->waste, NULL);
    }
    waste = worker->rest;
    if (waste != NULL) {
        worker->rest = waste->next;
        waste->dispose(waste);
        atomic_fetch_sub(&worker->executor->waste_count, 1);
    }
}

static bool has_waste(const struct worker *worker)
{
    return worker->rest != NULL || atomic_load(&worker->waste) != NULL;
}

static bool somebody_waits(const struct executor *executor)
{
    return atomic_load(&executor->waiting) > 0 || atomic_load(&executor->mail) != NULL ||
           atomic_load(&executor->closing);
}

static void *run_tasks(void *env)
{
    struct worker *worker = env;
    struct executor *executor = worker->executor;
    int nice = getpriority(PRIO_PROCESS, 0) + executor->settings.nice;
    struct executor_task *task;

    /* For Linux a thread is a process here. Where it is refused, all threads are alike. */
    (void)!setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), nice < 19 ? nice : 19);
    while (!atomic_load(&executor->closing)) {
        if (sem_wait(&worker->given) != 0) {
            continue; /* by a signal */
        }
        dispose_one(worker);
        task = atomic_exchange(&worker->next, NULL);
        if (task == NULL) {
            continue; /* it was taken back, or there was none */
        }
        do {
            run_slice(executor, task, task->fuel);
            adapt(executor, task);
        } while (task->state != TASK_DONE && !somebody_waits(executor) && !has_waste(worker));
        post(executor, task);
    }
    return NULL;
}

/* ---- sockets --------------------------------------------------------------------------------- */

static struct executor_task **slot_of(struct executor *executor, int fd)
{
    struct executor_task **slot = &executor->by_fd[(unsigned)fd % FD_BUCKETS];

    while (*slot != NULL && (*slot)->fd != fd) {
        slot = &(*slot)->next_of_fd;
    }
    return slot;
}

/* A socket that cannot be watched is one whose client is not missed; its call has its deadline. */
static void watch(struct executor *executor, struct executor_task *task)
{
    struct epoll_event event = {.events = EPOLLRDHUP | EPOLLONESHOT, .data.fd = task->fd};

    task->watched =
        task->fd >= 0 && epoll_ctl(executor->epoll_fd, EPOLL_CTL_ADD, task->fd, &event) == 0;
    if (task->watched) {
        task->next_of_fd = NULL;
        *slot_of(executor, task->fd) = task;
    }
}

static void unwatch(struct executor *executor, struct executor_task *task)
{
    if (task->watched) {
        epoll_ctl(executor->epoll_fd, EPOLL_CTL_DEL, task->fd, NULL);
        *slot_of(executor, task->fd) = task->next_of_fd;
        task->watched = false;
    }
}

static bool client_is_gone(int fd)
{
    struct pollfd ask = {.fd = fd, .events = POLLRDHUP};

    return poll(&ask, 1, 0) > 0;
}

/* ---- the steward ----------------------------------------------------------------------------- */

static void count_out(struct executor *executor)
{
    if (atomic_fetch_sub(&executor->tasks, 1) == 1) {
        pthread_mutex_lock(&executor->mutex);
        pthread_cond_broadcast(&executor->idle);
        pthread_mutex_unlock(&executor->mutex);
    }
}

static void end(struct executor *executor, struct executor_task *task)
{
    run_queue_end(&executor->queue, &task->item, task->took_ns);
    unwatch(executor, task);
    task->calls->done(task);
    count_out(executor);
}

/* What has come by mail, or was run here, goes where it belongs. */
static void sort_in(struct executor *executor, struct executor_task *task)
{
    bool is_new = task->state == TASK_NEW;

    if (task->state == TASK_DONE) {
        end(executor, task);
        return;
    }
    task->queued = true;
    task->item.deadline_ns = task->calls->deadline_ns(task);
    if (!is_new) {
        run_queue_back(&executor->queue, &task->item, task->took_ns);
    } else {
        task->item.lane = task->lane;
        watch(executor, task);
        /* There is room: executor_submit has counted. */
        (void)run_queue_put(&executor->queue, &task->item);
    }
}

/* Takes back what this worker was handed and has not begun. */
static bool take_back(struct worker *worker, struct executor_task *task)
{
    return atomic_compare_exchange_strong(&worker->next, &task, NULL);
}

/* Runs a task that is in nobody's hands, for as little as it takes to see that it is to end. */
static void run_here(struct executor *executor, struct executor_task *task)
{
    task->queued = false;
    run_slice(executor, task, 1);
    sort_in(executor, task);
}

static void see_event(struct executor *executor, int fd)
{
    struct executor_task *task;
    uint64_t count;
    unsigned i;

    if (fd == executor->wake_fd) {
        if (read(fd, &count, sizeof count) < 0) {
            return; /* nothing to count */
        }
        return;
    }
    task = *slot_of(executor, fd);
    if (task == NULL || !client_is_gone(fd)) {
        return;
    }
    atomic_fetch_add(&executor->abandoned, 1);
    task->calls->abandon(task);
    if (task->queued) {
        run_queue_take_item(&executor->queue, &task->item);
        run_here(executor, task);
        return;
    }
    for (i = 0; i < executor->worker_count; i++) {
        if (take_back(&executor->workers[i], task)) {
            run_here(executor, task);
            return;
        }
    }
}

/* Ends one whose deadline has passed, in the queue or in a worker's hand; false if there is none. */
static bool end_expired(struct executor *executor)
{
    uint64_t now = call_clock_ns();
    struct executor_task *task = task_of(run_queue_take_expired(&executor->queue, now));
    unsigned i;

    for (i = 0; i < executor->worker_count && task == NULL; i++) {
        struct worker *worker = &executor->workers[i];

        task = atomic_load(&worker->next);
        if (task != NULL && (task->item.deadline_ns > now || !take_back(worker, task))) {
            task = NULL;
        }
    }
    if (task != NULL) {
        atomic_fetch_add(&executor->expired, 1);
        run_here(executor, task);
    }
    return task != NULL;
}

/* Whoever has begun what he was handed gets the next. */
static void hand_out(struct executor *executor)
{
    unsigned i;

    for (i = 0; i < executor->worker_count && executor->queue.count > 0; i++) {
        struct worker *worker = &executor->workers[i];

        if (atomic_load(&worker->next) == NULL) {
            struct executor_task *task = task_of(run_queue_take(&executor->queue));

            task->queued = false;
            atomic_store(&worker->next, task);
            sem_post(&worker->given);
        }
    }
}

static uint64_t earliest_deadline_ns(struct executor *executor, uint64_t *waiting)
{
    uint64_t earliest = run_queue_deadline_ns(&executor->queue);
    unsigned i;

    *waiting = executor->queue.count;
    for (i = 0; i < executor->worker_count; i++) {
        const struct executor_task *task = atomic_load(&executor->workers[i].next);

        if (task != NULL) {
            ++*waiting;
            earliest = task->item.deadline_ns < earliest ? task->item.deadline_ns : earliest;
        }
    }
    return earliest;
}

/* How long to sleep, in milliseconds, until a moment; -1: until woken. */
static int time_to_sleep(uint64_t until_ns)
{
    uint64_t now = call_clock_ns(), ms;

    if (until_ns == UINT64_MAX) {
        return -1;
    }
    ms = until_ns > now ? (until_ns - now + 999999) / 1000000 : 0;
    return ms < 60000 ? (int)ms : 60000;
}

/* Until there is something to do. Whoever posts after `awake` is taken down wakes us. */
static void sleep_or_see(struct executor *executor)
{
    struct epoll_event events[64];
    uint64_t waiting, until = earliest_deadline_ns(executor, &waiting);
    int count, i;

    atomic_store(&executor->waiting, waiting);
    atomic_store(&executor->awake, false);
    if (atomic_load(&executor->mail) != NULL || atomic_load(&executor->closing)) {
        until = 0;
    }
    count = epoll_wait(executor->epoll_fd, events, 64, time_to_sleep(until));
    atomic_store(&executor->awake, true);
    for (i = 0; i < count; i++) {
        see_event(executor, events[i].data.fd);
    }
}

static void *keep_house(void *env)
{
    struct executor *executor = env;
    struct executor_task *task, *next;

    while (!atomic_load(&executor->closing)) {
        for (task = take_mail(executor); task != NULL; task = next) {
            next = task->next_in_mail;
            sort_in(executor, task);
        }
        while (end_expired(executor)) {
        }
        hand_out(executor);
        sleep_or_see(executor);
    }
    return NULL;
}

/* ---- life ------------------------------------------------------------------------------------ */

bool executor_submit(struct executor *executor, struct executor_task *task)
{
    if (atomic_fetch_add(&executor->tasks, 1) >= executor->settings.capacity ||
        atomic_load(&executor->stopping)) {
        count_out(executor);
        return false;
    }
    task->fuel = executor->settings.first_fuel;
    task->state = TASK_NEW;
    post(executor, task);
    return true;
}

void executor_discard(struct executor *executor, struct executor_waste *waste)
{
    struct worker *worker;

    if (atomic_fetch_add(&executor->waste_count, 1) >= MOST_WASTE) {
        atomic_fetch_sub(&executor->waste_count, 1);
        waste->dispose(waste);
        return;
    }
    worker =
        &executor->workers[atomic_fetch_add(&executor->waste_turn, 1) % executor->worker_count];
    waste->next = atomic_load(&worker->waste);
    while (!atomic_compare_exchange_weak(&worker->waste, &waste->next, waste)) {
    }
    sem_post(&worker->given);
}

void executor_figures(struct executor *executor, struct executor_figures *out)
{
    out->tasks = atomic_load(&executor->tasks);
    out->waiting = atomic_load(&executor->waiting);
    out->slices = atomic_load(&executor->slices);
    out->abandoned = atomic_load(&executor->abandoned);
    out->expired = atomic_load(&executor->expired);
}

static bool open_watch(struct executor *executor)
{
    struct epoll_event event = {.events = EPOLLIN};

    executor->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    executor->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    event.data.fd = executor->wake_fd;
    return executor->epoll_fd >= 0 && executor->wake_fd >= 0 &&
           epoll_ctl(executor->epoll_fd, EPOLL_CTL_ADD, executor->wake_fd, &event) == 0;
}

/* The steward last: it looks at all workers. */
static int start_threads(struct executor *executor)
{
    int code = 0;

    while (code == 0 && executor->worker_count < executor->settings.threads) {
        struct worker *worker = &executor->workers[executor->worker_count];

        worker->executor = executor;
        sem_init(&worker->given, 0, 0);
        code = pthread_create(&worker->thread, NULL, run_tasks, worker);
        executor->worker_count += code == 0;
    }
    if (code == 0) {
        code = pthread_create(&executor->steward, NULL, keep_house, executor);
        executor->has_steward = code == 0;
    }
    return code;
}

struct executor *executor_new(const struct executor_settings *settings, char *why, size_t why_size)
{
    struct executor *executor = calloc(1, sizeof *executor);
    int code = ENOMEM;

    if (executor != NULL) {
        executor->settings = *settings;
        executor->epoll_fd = executor->wake_fd = -1;
        pthread_mutex_init(&executor->mutex, NULL);
        pthread_cond_init(&executor->idle, NULL);
        executor->workers = calloc(settings->threads, sizeof *executor->workers);
        if (executor->workers != NULL &&
            run_queue_init(&executor->queue, settings->capacity, settings->slice_ns)) {
            code = open_watch(executor) ? start_threads(executor) : errno;
        }
        if (code == 0) {
            return executor;
        }
        executor_delete(executor);
    }
    snprintf(why, why_size, "the threads for long calls cannot be started: %s", strerror(code));
    return NULL;
}

void executor_stop(struct executor *executor)
{
    atomic_store(&executor->stopping, true);
    pthread_mutex_lock(&executor->mutex);
    while (atomic_load(&executor->tasks) > 0) {
        pthread_cond_wait(&executor->idle, &executor->mutex);
    }
    pthread_mutex_unlock(&executor->mutex);
}

static void join_threads(struct executor *executor)
{
    unsigned i;

    atomic_store(&executor->closing, true);
    if (executor->has_steward) {
        wake_steward(executor);
        pthread_join(executor->steward, NULL);
    }
    for (i = 0; i < executor->worker_count; i++) {
        sem_post(&executor->workers[i].given);
        pthread_join(executor->workers[i].thread, NULL);
        sem_destroy(&executor->workers[i].given);
        while (has_waste(&executor->workers[i])) {
            dispose_one(&executor->workers[i]);
        }
    }
}

void executor_delete(struct executor *executor)
{
    if (executor == NULL) {
        return;
    }
    join_threads(executor);
    if (executor->epoll_fd >= 0) {
        close(executor->epoll_fd);
    }
    if (executor->wake_fd >= 0) {
        close(executor->wake_fd);
    }
    run_queue_fini(&executor->queue);
    pthread_cond_destroy(&executor->idle);
    pthread_mutex_destroy(&executor->mutex);
    free(executor->workers);
    free(executor);
}
