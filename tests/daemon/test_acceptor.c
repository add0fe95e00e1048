/*
 * Tests of daemon/acceptor.c over loopback.
 */
#include "daemon/acceptor.h"

#include "daemon/listen_socket.h"

#include <check.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { MOST = 200 };

static struct listen_socket listening;
static atomic_int taken_fds[MOST];
static atomic_uint taken;
static atomic_bool full;

static bool has_room(void *env)
{
    ck_assert_ptr_eq(env, &listening);
    return !atomic_load(&full);
}

static void take(void *env, int own_fd, const struct sockaddr *address, socklen_t len)
{
    unsigned at = atomic_load(&taken);

    ck_assert_ptr_eq(env, &listening);
    ck_assert_int_eq(address->sa_family, AF_INET);
    ck_assert_uint_eq(len, sizeof(struct sockaddr_in));
    ck_assert_int_ne(fcntl(own_fd, F_GETFL) & O_NONBLOCK, 0);
    atomic_store(&taken_fds[at], own_fd);
    atomic_store(&taken, at + 1);
}

static const struct acceptor_calls calls = {has_room, take};

static struct acceptor *start(void)
{
    struct acceptor *acceptor;
    char why[256];

    atomic_store(&taken, 0);
    ck_assert(listen_socket_open("127.0.0.1:0", false, &listening, why, sizeof why));
    acceptor = acceptor_start(listening.fd, &calls, &listening, why, sizeof why);
    ck_assert_msg(acceptor != NULL, "%s", why);
    return acceptor;
}

static int connect_to(void)
{
    struct sockaddr_in address;
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(getsockname(listening.fd, (struct sockaddr *)&address, &len), 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, len), 0);
    return fd;
}

/* Until so many were taken; a test that never comes there ends by its timeout. */
static void wait_for(unsigned count)
{
    while (atomic_load(&taken) < count) {
        poll(NULL, 0, 1);
    }
    ck_assert_uint_eq(atomic_load(&taken), count);
}

/* The one connection that is there is taken; then all ends. */
static void end_with_one(struct acceptor *acceptor, int client)
{
    wait_for(1);
    acceptor_stop(acceptor);
    close(atomic_load(&taken_fds[0]));
    close(client);
    close(listening.fd);
}

START_TEST(takes_all_that_come)
{
    struct acceptor *acceptor = start();
    int clients[MOST];
    char byte = 0;

    for (int i = 0; i < MOST; i++) {
        clients[i] = connect_to();
    }
    wait_for(MOST);
    for (int i = 0; i < MOST; i++) { /* they are taken in the order of their coming */
        ck_assert_int_eq(write(clients[i], "x", 1), 1);
        while (read(atomic_load(&taken_fds[i]), &byte, 1) != 1) {
            poll(NULL, 0, 1);
        }
        close(clients[i]);
        close(atomic_load(&taken_fds[i]));
    }
    acceptor_stop(acceptor);
    close(listening.fd);
}
END_TEST

START_TEST(waits_for_room)
{
    struct acceptor *acceptor;
    int client;

    atomic_store(&full, true);
    acceptor = start();
    client = connect_to();
    poll(NULL, 0, 50);
    ck_assert_uint_eq(atomic_load(&taken), 0);
    atomic_store(&full, false);
    end_with_one(acceptor, client);
}
END_TEST

/* Without descriptors it waits too, and does not give up. */
START_TEST(waits_for_descriptors)
{
    struct acceptor *acceptor = start();
    int client = socket(AF_INET, SOCK_STREAM, 0);
    struct rlimit before, none;
    struct sockaddr_in address;
    socklen_t len = sizeof address;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = (rlim_t)client + 1;
    ck_assert_int_eq(getsockname(listening.fd, (struct sockaddr *)&address, &len), 0);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
    ck_assert_int_eq(connect(client, (struct sockaddr *)&address, len), 0);
    poll(NULL, 0, 50);
    ck_assert_uint_eq(atomic_load(&taken), 0);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
    end_with_one(acceptor, client);
}
END_TEST

START_TEST(takes_nothing_when_it_has_stopped)
{
    struct acceptor *acceptor = start();
    int client;

    acceptor_stop(acceptor);
    client = connect_to(); /* the socket still listens: that is its owner's */
    poll(NULL, 0, 50);
    ck_assert_uint_eq(atomic_load(&taken), 0);
    close(client);
    close(listening.fd);
    acceptor_stop(NULL);
}
END_TEST

START_TEST(says_why_it_cannot_start)
{
    char why[256] = "";

    ck_assert_ptr_null(acceptor_start(-1, &calls, NULL, why, sizeof why));
    ck_assert_str_eq(why, "connections cannot be accepted: Bad file descriptor");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("daemon/acceptor");
    TCase *tcase = tcase_create("acceptor");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, takes_all_that_come);
    tcase_add_test(tcase, waits_for_room);
    tcase_add_test(tcase, waits_for_descriptors);
    tcase_add_test(tcase, takes_nothing_when_it_has_stopped);
    tcase_add_test(tcase, says_why_it_cannot_start);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
