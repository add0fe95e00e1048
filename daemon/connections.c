/*
 * Shutting a socket down, not closing it: the library's thread then sees the end of the stream and
 * closes the connection in its own way. The list is locked from the library's notice that a
 * connection ends to the end of a walk, so a descriptor is never shut down after it was reused.
 */
#include "daemon/connections.h"

#include "api/export_call.h"

#include <stdlib.h>
#include <sys/socket.h>

void connections_init(struct connections *list, size_t most)
{
    pthread_mutex_init(&list->mutex, NULL);
    list->first = NULL;
    list->count = 0;
    list->most = most;
    list->displaced = 0;
}

void connections_fini(struct connections *list)
{
    pthread_mutex_destroy(&list->mutex);
}

/* Of the time that the longest has waited, the part by which another may have waited less and goes too. */
enum { DISPLACED_PART = 8 };

/*
 * Shuts down those that have been waiting the longest. A walk takes as long as there are connections, so it is
 * to free more than one place: whoever opens thousands has them all from the same moment.
 */
static void make_room(struct connections *list, const struct connection *but)
{
    uint64_t now = call_clock_ns(), oldest = now, since;
    struct connection *c;

    for (c = list->first; c != NULL; c = c->next) {
        since = atomic_load(&c->waiting_since_ns);
        oldest = since != 0 && since < oldest ? since : oldest;
    }
    for (c = list->first; c != NULL; c = c->next) {
        since = atomic_load(&c->waiting_since_ns);
        if (c != but && since != 0 && since <= oldest + (now - oldest) / DISPLACED_PART) {
            atomic_store(&c->waiting_since_ns, 0); /* once is enough */
            shutdown(c->fd, SHUT_RDWR);
            list->displaced++;
        }
    }
}

struct connection *connections_add(struct connections *list, int fd)
{
    struct connection *connection = malloc(sizeof *connection);

    if (connection == NULL) {
        return NULL;
    }
    connection->fd = fd;
    connection_waiting(connection);
    pthread_mutex_lock(&list->mutex);
    connection->next = list->first;
    connection->link = &list->first;
    if (list->first != NULL) {
        list->first->link = &connection->next;
    }
    list->first = connection;
    list->count++;
    if (list->count > list->most) {
        make_room(list, connection);
    }
    pthread_mutex_unlock(&list->mutex);
    return connection;
}

void connections_remove(struct connections *list, struct connection *own)
{
    if (own == NULL) {
        return;
    }
    pthread_mutex_lock(&list->mutex);
    *own->link = own->next;
    list->count--;
    if (own->next != NULL) {
        own->next->link = own->link;
    }
    pthread_mutex_unlock(&list->mutex);
    free(own);
}

void connections_figures(struct connections *list, size_t *count, uint64_t *displaced)
{
    pthread_mutex_lock(&list->mutex);
    *count = list->count;
    *displaced = list->displaced;
    pthread_mutex_unlock(&list->mutex);
}

void connection_busy(struct connection *connection)
{
    if (connection != NULL) {
        atomic_store(&connection->waiting_since_ns, 0);
    }
}

void connection_waiting(struct connection *connection)
{
    if (connection != NULL) {
        atomic_store(&connection->waiting_since_ns, call_clock_ns());
    }
}

size_t connections_reap(struct connections *list, uint64_t longest_ns)
{
    uint64_t now = call_clock_ns();
    struct connection *c;
    size_t count = 0;

    pthread_mutex_lock(&list->mutex);
    for (c = list->first; c != NULL; c = c->next) {
        uint64_t since = atomic_load(&c->waiting_since_ns);

        if (since != 0 && now > since && now - since > longest_ns) {
            shutdown(c->fd, SHUT_RDWR);
            count++;
        }
    }
    pthread_mutex_unlock(&list->mutex);
    return count;
}
