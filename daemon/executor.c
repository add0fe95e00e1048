/*
 * One lock over the queue, held for a few dozen instructions each time a slice ends. A slice is given
 * in fuel, since that is what the engine counts, and its size follows the time that the task's last
 * one took on the processor: being displaced by other threads is not charged.
 *
 * These threads run at a lower priority than those that read requests. So what is short is answered
 * at once although the processors are busy, and the time that is left is for what is long.
 *
 * What has passed its deadline comes first for all of them, since many may at once: ending a call takes
 * as long as some ten trivial ones. The watcher sleeps in epoll until the earliest deadline, and is woken for sockets whose other end
 * has closed. A stale event of a descriptor that is in use again does no harm: it is asked anew.
 */
#include "daemon/executor.h"

#include "api/export_call.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { FD_BUCKETS = 1024, LEAST_FUEL = 1000 };

#define MOST_FUEL (UINT64_C(1) << 40)

struct executor {
    struct executor_settings settings;
    pthread_mutex_t mutex;
    pthread_cond_t work, idle;
    struct run_queue queue;
    struct executor_figures figures;
    bool stopping, closing; /* no more tasks; no more threads */
    uint64_t wake_ns;       /* the watcher sleeps until then */
    int epoll_fd, wake_fd;
    pthread_t *threads, watcher;
    unsigned thread_count;
    bool watching;
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

static void wake_watcher(struct executor *executor)
{
    uint64_t one = 1;

    if (write(executor->wake_fd, &one, sizeof one) < 0) {
        return; /* it is full: the watcher has been woken already */
    }
}

/* ---- slices ---------------------------------------------------------------------------------- */

static void prepare(struct executor *executor, struct executor_task *task)
{
    task->queued = true;
    task->item.lane = task->lane;
    task->item.deadline_ns = task->calls->deadline_ns(task);
    if (task->item.deadline_ns < executor->wake_ns) {
        wake_watcher(executor);
    }
}

/* So much that the next slice takes as long as it should, by the last. */
static void adapt(const struct executor *executor, struct executor_task *task, uint64_t took_ns)
{
    double right = (double)task->fuel * (double)executor->settings.slice_ns /
                   (double)(took_ns > 0 ? took_ns : 1);
    uint64_t most = task->fuel * 2, least = task->fuel / 8;

    task->fuel = right > (double)most ? most : right < (double)least ? least : (uint64_t)right;
    task->fuel = task->fuel < LEAST_FUEL  ? LEAST_FUEL
                 : task->fuel > MOST_FUEL ? MOST_FUEL
                                          : task->fuel;
}

/* Runs a task that was taken from the queue; called and left with the lock held. */
static void run_task(struct executor *executor, struct executor_task *task, uint64_t fuel)
{
    uint64_t start, took;
    bool done;

    task->queued = false;
    pthread_mutex_unlock(&executor->mutex);
    start = thread_time_ns();
    done = task->calls->run(task, fuel);
    took = thread_time_ns() - start;
    pthread_mutex_lock(&executor->mutex);
    executor->figures.slices++;
    if (!done) {
        if (fuel == task->fuel) {
            adapt(executor, task, took);
        }
        prepare(executor, task);
        run_queue_back(&executor->queue, &task->item, took);
        pthread_cond_signal(&executor->work);
        return;
    }
    run_queue_end(&executor->queue, &task->item, took);
    unwatch(executor, task);
    pthread_mutex_unlock(&executor->mutex);
    task->calls->done(task);
    pthread_mutex_lock(&executor->mutex);
    if (--executor->figures.tasks == 0) {
        pthread_cond_broadcast(&executor->idle);
    }
}

/* Ends one whose deadline has passed; false if there is none. */
static bool end_expired(struct executor *executor)
{
    struct executor_task *task = task_of(run_queue_take_expired(&executor->queue, call_clock_ns()));

    if (task != NULL) {
        executor->figures.expired++;
        run_task(executor, task, 1);
    }
    return task != NULL;
}

static void *run_tasks(void *env)
{
    struct executor *executor = env;
    struct executor_task *task;
    int nice = getpriority(PRIO_PROCESS, 0) + executor->settings.nice;

    /* For Linux a thread is a process here. Where it is refused, all threads are alike. */
    (void)!setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), nice < 19 ? nice : 19);
    pthread_mutex_lock(&executor->mutex);
    while (!executor->closing) {
        if (end_expired(executor)) {
            continue;
        }
        task = task_of(run_queue_take(&executor->queue));
        if (task != NULL) {
            run_task(executor, task, task->fuel);
        } else {
            pthread_cond_wait(&executor->work, &executor->mutex);
        }
    }
    pthread_mutex_unlock(&executor->mutex);
    return NULL;
}

/* ---- the watcher ----------------------------------------------------------------------------- */

static void see_event(struct executor *executor, int fd)
{
    struct executor_task *task;
    uint64_t count;

    if (fd == executor->wake_fd) {
        if (read(fd, &count, sizeof count) < 0) {
            return; /* somebody was faster: nothing to count */
        }
        return;
    }
    task = *slot_of(executor, fd);
    if (task == NULL || !client_is_gone(fd)) {
        return;
    }
    executor->figures.abandoned++;
    task->calls->abandon(task);
    if (task->queued) {
        run_queue_take_item(&executor->queue, &task->item);
        run_task(executor, task, 1);
    }
}

/* How long to sleep, in milliseconds, until there is an earliest deadline; -1: until woken. */
static int time_to_sleep(const struct executor *executor)
{
    uint64_t now = call_clock_ns(), ms;

    if (executor->wake_ns == UINT64_MAX) {
        return -1;
    }
    ms = executor->wake_ns > now ? (executor->wake_ns - now + 999999) / 1000000 : 0;
    return ms < 60000 ? (int)ms : 60000;
}

static void *watch_tasks(void *env)
{
    struct executor *executor = env;
    struct epoll_event events[64];
    int count, i;

    pthread_mutex_lock(&executor->mutex);
    while (!executor->closing) {
        executor->wake_ns = run_queue_deadline_ns(&executor->queue);
        i = time_to_sleep(executor);
        pthread_mutex_unlock(&executor->mutex);
        count = epoll_wait(executor->epoll_fd, events, 64, i);
        pthread_mutex_lock(&executor->mutex);
        executor->wake_ns = 0; /* awake: there is no need to wake it */
        for (i = 0; i < count; i++) {
            see_event(executor, events[i].data.fd);
        }
        while (end_expired(executor)) {
        }
    }
    pthread_mutex_unlock(&executor->mutex);
    return NULL;
}

/* ---- life ------------------------------------------------------------------------------------ */

bool executor_submit(struct executor *executor, struct executor_task *task)
{
    bool taken;

    pthread_mutex_lock(&executor->mutex);
    prepare(executor, task);
    taken = !executor->stopping && run_queue_put(&executor->queue, &task->item);
    if (taken) {
        executor->figures.tasks++;
        task->fuel = executor->settings.first_fuel;
        watch(executor, task);
        pthread_cond_signal(&executor->work);
    }
    pthread_mutex_unlock(&executor->mutex);
    return taken;
}

void executor_figures(struct executor *executor, struct executor_figures *out)
{
    pthread_mutex_lock(&executor->mutex);
    *out = executor->figures;
    out->waiting = executor->queue.count;
    pthread_mutex_unlock(&executor->mutex);
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

static int start_threads(struct executor *executor)
{
    int code = pthread_create(&executor->watcher, NULL, watch_tasks, executor);

    executor->watching = code == 0;
    while (code == 0 && executor->thread_count < executor->settings.threads) {
        code =
            pthread_create(&executor->threads[executor->thread_count], NULL, run_tasks, executor);
        executor->thread_count += code == 0;
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
        pthread_cond_init(&executor->work, NULL);
        pthread_cond_init(&executor->idle, NULL);
        executor->threads = calloc(settings->threads, sizeof *executor->threads);
        if (executor->threads != NULL &&
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
    pthread_mutex_lock(&executor->mutex);
    executor->stopping = true;
    while (executor->figures.tasks > 0) {
        pthread_cond_wait(&executor->idle, &executor->mutex);
    }
    pthread_mutex_unlock(&executor->mutex);
}

void executor_delete(struct executor *executor)
{
    unsigned i;

    if (executor == NULL) {
        return;
    }
    pthread_mutex_lock(&executor->mutex);
    executor->closing = true;
    pthread_cond_broadcast(&executor->work);
    pthread_mutex_unlock(&executor->mutex);
    if (executor->watching) {
        wake_watcher(executor);
        pthread_join(executor->watcher, NULL);
    }
    for (i = 0; i < executor->thread_count; i++) {
        pthread_join(executor->threads[i], NULL);
    }
    if (executor->epoll_fd >= 0) {
        close(executor->epoll_fd);
    }
    if (executor->wake_fd >= 0) {
        close(executor->wake_fd);
    }
    run_queue_fini(&executor->queue);
    pthread_cond_destroy(&executor->idle);
    pthread_cond_destroy(&executor->work);
    pthread_mutex_destroy(&executor->mutex);
    free(executor->threads);
    free(executor);
}
