/*
 * executor.h - the threads that go on with what took longer than a slice.
 *
 * A task is run slice by slice, in turns that api/run_queue.h decides, until it says that it is done.
 * One more thread says whose turn it is, and sees to deadlines and to clients that are gone, so that
 * neither has to wait for a turn. Any number of threads may submit.
 */
#ifndef CUPEL_DAEMON_EXECUTOR_H
#define CUPEL_DAEMON_EXECUTOR_H

#include "api/run_queue.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct executor_settings {
    unsigned threads;
    int nice;            /* of these threads, in addition to the daemon's own */
    uint64_t slice_ns;   /* what a slice should take */
    uint64_t first_fuel; /* of a task's first slice, before it is known how fast it burns */
    size_t capacity;     /* tasks at a time */
};

struct executor_task;

/* What a task does. Called by one thread at a time, without a lock, except abandon. */
struct executor_calls {
    bool (*run)(struct executor_task *task, uint64_t fuel); /* true: it is done */
    uint64_t (*deadline_ns)(const struct executor_task *task);
    void (*abandon)(struct executor_task *task); /* while it runs, too: its client is gone */
    void (*done)(struct executor_task *task);    /* the last call; it may free the task */
};

/* A part of something larger. What stands first is to be set by whoever submits it. */
struct executor_task {
    const struct executor_calls *calls;
    struct run_lane *lane;
    int fd; /* the client's socket; -1: there is none to watch */

    struct run_item item;
    uint64_t fuel;    /* of its next slice */
    uint64_t took_ns; /* by its last */
    enum { TASK_NEW, TASK_BACK, TASK_DONE } state;
    bool queued, watched;
    struct executor_task *next_of_fd, *next_in_mail;
};

/* Something to get rid of that takes a while. A part of something larger. */
struct executor_waste {
    void (*dispose)(struct executor_waste *waste); /* called once; it may free it */
    struct executor_waste *next;
};

struct executor_figures {
    uint64_t tasks, waiting, slices, abandoned, expired;
};

struct executor;

/* NULL: `why` says what failed. */
struct executor *executor_new(const struct executor_settings *settings, char *why, size_t why_size);
/* Takes over `task` until its `done`; false: it is too late for that, or there is no room. */
bool executor_submit(struct executor *executor, struct executor_task *task);
/* Has a worker dispose of it when there is time; or does so itself, if there is very much already. */
void executor_discard(struct executor *executor, struct executor_waste *waste);
/* Accepts no more tasks and waits until all are done, which they must soon be. */
void executor_stop(struct executor *executor);
/* No task is left. What was discarded is disposed of. NULL is allowed. */
void executor_delete(struct executor *executor);
void executor_figures(struct executor *executor, struct executor_figures *out);

#endif
