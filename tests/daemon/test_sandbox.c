/*
 * Tests of daemon/sandbox.c: what is denied and what still works. Each in a process of its own, for
 * there is no way out of a sandbox.
 */
#include "config.h"

#include "daemon/sandbox.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t other; /* a process that is not ours */

/* ---- attempts: 0 or an errno ----------------------------------------------------------------- */

static int code_of(bool failed)
{
    return failed ? errno : 0;
}

static int run_program(void)
{
    return code_of(execl("/bin/true", "true", (char *)NULL) != 0);
}

static int make_process(void)
{
    pid_t pid = fork();

    if (pid == 0) {
        _exit(0);
    }
    return code_of(pid < 0);
}

static int reach_out(void)
{
    return code_of(socket(AF_INET, SOCK_STREAM, 0) < 0);
}

static int reach_kernel(void)
{
    return code_of(socket(AF_NETLINK, SOCK_RAW, 0) < 0);
}

static int listen_again(void)
{
    return code_of(listen(0, 1) != 0);
}

static int make_code(void)
{
    return code_of(mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
                        -1, 0) == MAP_FAILED);
}

static int turn_into_code(void)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return page == MAP_FAILED ? -1 : code_of(mprotect(page, 4096, PROT_READ | PROT_EXEC) != 0);
}

static int look_into_others(void)
{
    return code_of(ptrace(PTRACE_ATTACH, other, NULL, NULL) != 0);
}

static int signal_others(void)
{
    return code_of(kill(other, 0) != 0);
}

static int change_user(void)
{
    return code_of(setuid(getuid()) != 0);
}

static int rename_file(void)
{
    return code_of(rename("/nowhere/a", "/nowhere/b") != 0);
}

static int open_file(void)
{
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

    return code_of(fd < 0 || close(fd) != 0);
}

static int use_memory(void)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return code_of(page == MAP_FAILED || mprotect(page, 4096, PROT_NONE) != 0 ||
                   madvise(page, 4096, MADV_DONTNEED) != 0 || munmap(page, 4096) != 0);
}

static int reach_journal(void)
{
    return code_of(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) < 0);
}

static void *nothing(void *env)
{
    return env;
}

static int make_thread(void)
{
    pthread_t thread;
    int code = pthread_create(&thread, NULL, nothing, NULL);

    return code != 0 ? code : pthread_join(thread, NULL);
}

static volatile sig_atomic_t caught;

static void catch (int signo)
{
    caught = signo;
}

static int handle_signal(void)
{
    struct sigaction action = {.sa_handler = catch};

    return code_of(sigaction(SIGUSR1, &action, NULL) != 0 || raise(SIGUSR1) != 0 ||
                   caught != SIGUSR1);
}

static const struct {
    const char *name;
    int (*attempt)(void);
    int expected; /* under deny */
} attempts[] = {
    {"run a program", run_program, EPERM},
    {"make a process", make_process, EPERM},
    {"connect to elsewhere", reach_out, EPERM},
    {"ask the kernel about the network", reach_kernel, EPERM},
    {"listen somewhere", listen_again, EPERM},
    {"map memory that is code", make_code, EPERM},
    {"turn memory into code", turn_into_code, EPERM},
    {"look into another process", look_into_others, EPERM},
    {"signal another process", signal_others, EPERM},
    {"change the user", change_user, EPERM},
    {"rename a file", rename_file, EPERM},
    {"open a file", open_file, 0},
    {"use memory", use_memory, 0},
    {"reach the journal", reach_journal, 0},
    {"make a thread", make_thread, 0},
    {"handle a signal", handle_signal, 0},
};
enum { ATTEMPTS = sizeof attempts / sizeof attempts[0] };

/* ---- trying ---------------------------------------------------------------------------------- */

/* In a process of its own; its wait status. Exit 200: there is no sandbox here. */
static int try(int (*attempt)(void), enum sandbox_mode mode)
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        char why[128];
        enum sandbox_outcome outcome = sandbox_enter(mode, why, sizeof why);

        if (outcome != SANDBOX_CLOSED) {
            fprintf(stderr, "%s\n", why);
            _exit(outcome == SANDBOX_OPEN ? 200 : 201);
        }
        _exit(attempt());
    }
    return waitpid(pid, &status, 0) == pid ? status : -1;
}

static bool is_closed_here(void)
{
    int status = try(open_file, SANDBOX_DENY);

    return !WIFEXITED(status) || WEXITSTATUS(status) != 200;
}

START_TEST(denied_or_not)
{
    int status = try(attempts[_i].attempt, SANDBOX_DENY);

    ck_assert_msg(WIFEXITED(status), "%s: status %x", attempts[_i].name, (unsigned)status);
    ck_assert_msg(WEXITSTATUS(status) == attempts[_i].expected, "%s: %s", attempts[_i].name,
                  strerror(WEXITSTATUS(status)));
}
END_TEST

START_TEST(killed_or_not)
{
    int status = try(attempts[_i].attempt, SANDBOX_KILL);

    if (attempts[_i].expected == 0) {
        ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s: status %x",
                      attempts[_i].name, (unsigned)status);
    } else {
        ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS, "%s: status %x",
                      attempts[_i].name, (unsigned)status);
    }
}
END_TEST

static int gate[2];
static _Atomic int of_thread = -1;

static void *wait_and_reach_out(void *env)
{
    char c;

    if (read(gate[0], &c, 1) == 1) {
        of_thread = reach_out();
    }
    return env;
}

/* A thread that was there before is inside, too. */
static int enter_with_thread(void)
{
    char why[128];
    pthread_t thread;

    if (pipe(gate) != 0 || pthread_create(&thread, NULL, wait_and_reach_out, NULL) != 0 ||
        sandbox_enter(SANDBOX_DENY, why, sizeof why) != SANDBOX_CLOSED ||
        write(gate[1], "", 1) != 1) {
        return -1;
    }
    pthread_join(thread, NULL);
    return of_thread;
}

START_TEST(all_threads_are_inside)
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        _exit(enter_with_thread());
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), EPERM);
}
END_TEST

START_TEST(off_is_off)
{
    enum sandbox_mode mode;
    char why[128] = "";

    ck_assert_int_eq(sandbox_enter(SANDBOX_OFF, why, sizeof why), SANDBOX_OPEN);
    ck_assert_str_eq(why, "as configured");
    ck_assert(sandbox_mode_parse("kill", &mode) && mode == SANDBOX_KILL);
    ck_assert(sandbox_mode_parse("deny", &mode) && mode == SANDBOX_DENY);
    ck_assert(sandbox_mode_parse("off", &mode) && mode == SANDBOX_OFF);
    ck_assert(!sandbox_mode_parse("", &mode) && !sandbox_mode_parse("kills", &mode));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sandbox");
    TCase *tc = tcase_create("calls");
    SRunner *runner = srunner_create(suite);
    int failed;

    other = getppid();
    suite_add_tcase(suite, tc);
    tcase_add_test(tc, off_is_off);
    if (is_closed_here()) { /* else the reason has been printed */
        tcase_add_loop_test(tc, denied_or_not, 0, ATTEMPTS);
        tcase_add_loop_test(tc, killed_or_not, 0, ATTEMPTS);
        tcase_add_test(tc, all_threads_are_inside);
    }
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
