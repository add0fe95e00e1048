/*
 * Deficit round robin over accounts: with time, not slices, as its unit, an account whose slices take
 * longer than others' (deep stacks to copy, memory to fill) gets fewer of them. Compared with a
 * queue by virtual time there is no order to maintain: each operation takes constant time, but for
 * the heap of deadlines. An account that has nothing left to run keeps neither credit nor debt.
 */
#include "api/run_queue.h"

#include <stdlib.h>

/* So many quanta of debt at most: an account that once took long is not shut out for long. */
#define MOST_DEBT 100

bool run_queue_init(struct run_queue *queue, size_t capacity, uint64_t quantum_ns)
{
    queue->quantum_ns = quantum_ns;
    queue->turn = NULL;
    queue->count = queue->taken = 0;
    queue->capacity = capacity;
    queue->heap = malloc(capacity * sizeof *queue->heap);
    return queue->heap != NULL;
}

void run_queue_fini(struct run_queue *queue)
{
    free(queue->heap);
}

/* ---- deadlines ------------------------------------------------------------------------------- */

static void place(struct run_queue *queue, size_t at, struct run_item *item)
{
    queue->heap[at] = item;
    item->heap_at = at;
}

/* Finds the place of `item`, which is to stand at `at` or somewhere above or below it. */
static void sift(struct run_queue *queue, size_t at, struct run_item *item)
{
    struct run_item **heap = queue->heap;
    size_t child;

    while (at > 0 && heap[(at - 1) / 2]->deadline_ns > item->deadline_ns) {
        place(queue, at, heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    while ((child = 2 * at + 1) < queue->count) {
        if (child + 1 < queue->count && heap[child + 1]->deadline_ns < heap[child]->deadline_ns) {
            child++;
        }
        if (heap[child]->deadline_ns >= item->deadline_ns) {
            break;
        }
        place(queue, at, heap[child]);
        at = child;
    }
    place(queue, at, item);
}

static void heap_remove(struct run_queue *queue, size_t at)
{
    struct run_item *last = queue->heap[--queue->count];

    if (at < queue->count) {
        sift(queue, at, last);
    }
}

uint64_t run_queue_deadline_ns(const struct run_queue *queue)
{
    return queue->count > 0 ? queue->heap[0]->deadline_ns : UINT64_MAX;
}

/* ---- turns ----------------------------------------------------------------------------------- */

static void lane_enter(struct run_queue *queue, struct run_lane *lane)
{
    struct run_lane *turn = queue->turn;

    if (turn == NULL) {
        lane->next = lane->prev = lane;
        queue->turn = lane;
        return;
    }
    lane->next = turn;
    lane->prev = turn->prev;
    turn->prev->next = lane;
    turn->prev = lane;
}

static void lane_leave(struct run_queue *queue, struct run_lane *lane)
{
    if (queue->turn == lane) {
        queue->turn = lane->next != lane ? lane->next : NULL;
    }
    lane->next->prev = lane->prev;
    lane->prev->next = lane->next;
}

static struct run_line *line_of(const struct run_item *item)
{
    return item->fresh ? &item->lane->fresh : &item->lane->old;
}

static void enter(struct run_queue *queue, struct run_item *item)
{
    struct run_line *line = line_of(item);

    item->next = NULL;
    item->prev = line->last;
    *(line->last != NULL ? &line->last->next : &line->first) = item;
    line->last = item;
    sift(queue, queue->count++, item);
}

/* The item of an account whose turn it is; NULL: it has none here. */
static struct run_item *next_of(const struct run_lane *lane)
{
    bool fresh = lane->fresh.first != NULL && (lane->old.first == NULL || !lane->took_fresh);

    return fresh ? lane->fresh.first : lane->old.first;
}

static bool is_idle(const struct run_lane *lane)
{
    return next_of(lane) == NULL && lane->running == 0;
}

bool run_queue_put(struct run_queue *queue, struct run_item *item)
{
    if (queue->count + queue->taken >= queue->capacity) {
        return false;
    }
    if (is_idle(item->lane)) {
        lane_enter(queue, item->lane);
    }
    item->fresh = true;
    enter(queue, item);
    return true;
}

void run_queue_take_item(struct run_queue *queue, struct run_item *item)
{
    struct run_line *line = line_of(item);

    *(item->prev != NULL ? &item->prev->next : &line->first) = item->next;
    *(item->next != NULL ? &item->next->prev : &line->last) = item->prev;
    heap_remove(queue, item->heap_at);
    item->lane->running++;
    queue->taken++;
}

/* The turn goes on to the next account, which gets its quantum, unless it has some of it left. */
static void next_turn(struct run_queue *queue)
{
    struct run_lane *lane = queue->turn->next;

    if (lane->credit_ns <= 0) {
        lane->credit_ns += (int64_t)(queue->quantum_ns * lane->weight);
    }
    queue->turn = lane;
}

struct run_item *run_queue_take(struct run_queue *queue)
{
    struct run_item *item;

    if (queue->count == 0) {
        return NULL;
    }
    while (next_of(queue->turn) == NULL || queue->turn->credit_ns <= 0) {
        next_turn(queue);
    }
    item = next_of(queue->turn);
    queue->turn->took_fresh = item->fresh;
    run_queue_take_item(queue, item);
    return item;
}

struct run_item *run_queue_take_expired(struct run_queue *queue, uint64_t now_ns)
{
    struct run_item *item = queue->count > 0 ? queue->heap[0] : NULL;

    if (item == NULL || item->deadline_ns > now_ns) {
        return NULL;
    }
    run_queue_take_item(queue, item);
    return item;
}

static void charge(struct run_queue *queue, struct run_lane *lane, uint64_t ns)
{
    int64_t most = (int64_t)(queue->quantum_ns * lane->weight) * MOST_DEBT;

    lane->credit_ns -= ns < (uint64_t)most ? (int64_t)ns : most;
    if (lane->credit_ns < -most) {
        lane->credit_ns = -most;
    }
    lane->running--;
    queue->taken--;
}

void run_queue_back(struct run_queue *queue, struct run_item *item, uint64_t ns)
{
    charge(queue, item->lane, ns);
    item->fresh = false;
    enter(queue, item);
}

void run_queue_end(struct run_queue *queue, struct run_item *item, uint64_t ns)
{
    struct run_lane *lane = item->lane;

    charge(queue, lane, ns);
    if (is_idle(lane)) {
        lane->credit_ns = 0;
        lane_leave(queue, lane);
    }
}
