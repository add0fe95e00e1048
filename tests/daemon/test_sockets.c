/*
 * Tests of daemon/listen_socket.c and connections.c.
 */
#include "daemon/connections.h"
#include "daemon/listen_socket.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ck_contains(text, part)                                                                    \
    ck_assert_msg(strstr(text, part) != NULL, "\"%s\" does not contain \"%s\"", text, part)

static struct listen_socket opened;
static char why[512];

START_TEST(picks_a_free_port)
{
    struct listen_socket other;

    ck_assert_msg(listen_socket_open("127.0.0.1:0", false, &opened, why, sizeof why), "%s", why);
    ck_assert_int_eq(strncmp(opened.url, "http://127.0.0.1:", 17), 0);
    ck_assert_int_gt(atoi(opened.url + 17), 0);
    ck_assert(!listen_socket_open(opened.url + 7, false, &other, why, sizeof why));
    ck_contains(why, "Address already in use");
    ck_contains(why, opened.url + 7);
    close(opened.fd);
}
END_TEST

START_TEST(refuses_the_world)
{
    ck_assert(!listen_socket_open("0.0.0.0:0", false, &opened, why, sizeof why));
    ck_contains(why, "allow_remote");
    ck_assert(listen_socket_open("0.0.0.0:0", true, &opened, why, sizeof why));
    close(opened.fd);
}
END_TEST

START_TEST(knows_the_form)
{
    static const char *const bad[] = {"",        "8080", "localhost", ":8080",  "127.0.0.1:",
                                      "a:65536", "a:-1", "a:1x",      "::1:80", "a:123456"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_msg(!listen_socket_check(bad[i], why, sizeof why), "accepted: %s", bad[i]);
        ck_contains(why, "listen: ");
    }
    ck_assert(listen_socket_check("localhost:80", why, sizeof why));
    ck_assert(listen_socket_check("[::1]:0", why, sizeof why));
}
END_TEST

START_TEST(reaps_only_the_late)
{
    struct timespec pause = {0, 30000000};
    struct connections list;
    struct connection *late, *busy, *fresh;
    int a[2], b[2], c[2];
    char byte;

    connections_init(&list, 100);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, a), 0);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, b), 0);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, c), 0);
    late = connections_add(&list, a[0]);
    busy = connections_add(&list, b[0]);
    connection_busy(busy);
    nanosleep(&pause, NULL);
    fresh = connections_add(&list, c[0]);
    ck_assert_uint_eq(connections_reap(&list, 20000000), 1);
    ck_assert_int_eq((int)recv(a[1], &byte, 1, MSG_DONTWAIT), 0); /* the end of the stream */
    ck_assert_int_eq((int)recv(b[1], &byte, 1, MSG_DONTWAIT), -1);
    ck_assert_int_eq((int)recv(c[1], &byte, 1, MSG_DONTWAIT), -1);
    connections_remove(&list, busy);
    connections_remove(&list, late);
    connections_remove(&list, fresh);
    connections_remove(&list, NULL);
    ck_assert_uint_eq(connections_reap(&list, 0), 0);
    connections_fini(&list);
    close(a[0]), close(a[1]), close(b[0]), close(b[1]), close(c[0]), close(c[1]);
}
END_TEST

static bool is_open(int fd)
{
    char byte;

    return recv(fd, &byte, 1, MSG_DONTWAIT) != 0;
}

/* Ten places, the first two taken by requests that are being answered. */
START_TEST(makes_room_by_the_longest_idle)
{
    struct timespec pause = {0, 20000000};
    struct connection *added[14];
    struct connections list;
    uint64_t displaced;
    int pairs[14][2];
    size_t count;

    connections_init(&list, 10);
    for (int i = 0; i < 14; i++) {
        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pairs[i]), 0);
        added[i] = connections_add(&list, pairs[i][0]);
        if (i < 2) {
            connection_busy(added[i]);
        }
        nanosleep(&pause, NULL);
    }
    connections_figures(&list, &count, &displaced);
    ck_assert_uint_eq(count, 14); /* they go when the library has noticed */
    ck_assert_uint_ge(displaced, 4);
    ck_assert_uint_le(displaced, 10);
    ck_assert(is_open(pairs[0][1]) && is_open(pairs[1][1]));
    for (int i = 2; i < 14; i++) {
        ck_assert_int_eq(is_open(pairs[i][1]), i >= 2 + (int)displaced);
    }
    for (int i = 0; i < 14; i++) {
        connections_remove(&list, added[i]);
        close(pairs[i][0]), close(pairs[i][1]);
    }
    connections_fini(&list);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("daemon/sockets");
    TCase *tcase = tcase_create("sockets");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, picks_a_free_port);
    tcase_add_test(tcase, refuses_the_world);
    tcase_add_test(tcase, knows_the_form);
    tcase_add_test(tcase, reaps_only_the_late);
    tcase_add_test(tcase, makes_room_by_the_longest_idle);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
