/*
 * Guests reach the kernel through nothing but the engine, which makes few system calls; should one of
 * them ever get out of it, this is what it finds: no program can be started, no connection be made to
 * elsewhere, no memory become code. The filter comes after the start, because opening the listening
 * socket, names of hosts and loading of libraries need more, once.
 *
 * clone3 keeps its flags in memory, where a filter cannot see them: it "does not exist", and glibc
 * takes clone instead. Sanitizers and valgrind do things of their own, so there is no filter with them.
 */
#include "config.h"

#include "daemon/sandbox.h"

#include <stdio.h>
#include <string.h>

#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__ ||                                 \
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

bool sandbox_mode_parse(const char *name, enum sandbox_mode *mode)
{
    static const char *const names[] = {"off", "deny", "kill"};
    unsigned i;

    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i]) == 0) {
            *mode = (enum sandbox_mode)i;
            return true;
        }
    }
    return false;
}

#if defined HAVE_SECCOMP && !SANITIZED

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#endif
/* PAGEMAP_SCAN of Linux 6.7: 'f', 16, a structure of 96 bytes. */
#define SANDBOX_PAGEMAP_SCAN _IOC(_IOC_READ | _IOC_WRITE, 'f', 16, 96)

/* The two kinds of rows. */
struct rule {
    const char *name;
    bool conditional;
    unsigned argument;
    uint64_t mask, value;
};

static const struct rule rules[] = {
#define ALLOW(name)                           {#name, false, 0, 0, 0},
#define ALLOW_IF(name, argument, mask, value) {#name, true, argument, mask, value},
#include "daemon/sandbox.def"
#undef ALLOW
#undef ALLOW_IF
};

static int add_rule(scmp_filter_ctx filter, const struct rule *rule)
{
    int number = seccomp_syscall_resolve_name(rule->name);
    struct scmp_arg_cmp condition = {rule->argument, SCMP_CMP_MASKED_EQ, rule->mask, rule->value};

    if (number == __NR_SCMP_ERROR) {
        return 0; /* a call that this machine does not have needs no leave */
    }
    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, number, rule->conditional ? 1 : 0,
                                  &condition);
}

static int fill(scmp_filter_ctx filter)
{
    int code = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    size_t i;

    for (i = 0; i < sizeof rules / sizeof rules[0] && code == 0; i++) {
        code = add_rule(filter, &rules[i]);
    }
    if (code == 0) {
        code = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1); /* threads that are there */
    }
    if (code == 0) {
        (void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* only faster: a tree */
        code = seccomp_load(filter);
    }
    return code;
}

enum sandbox_outcome sandbox_enter(enum sandbox_mode mode, char *why, size_t why_size)
{
    scmp_filter_ctx filter;
    int code = -ENOMEM;

    if (mode == SANDBOX_OFF) {
        snprintf(why, why_size, "as configured");
        return SANDBOX_OPEN;
    }
    filter = seccomp_init(mode == SANDBOX_KILL ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ERRNO(EPERM));
    if (filter != NULL) {
        code = fill(filter);
        seccomp_release(filter);
    }
    if (code != 0) {
        snprintf(why, why_size, "%s", strerror(-code));
        return SANDBOX_FAILED;
    }
    return SANDBOX_CLOSED;
}

#else

enum sandbox_outcome sandbox_enter(enum sandbox_mode mode, char *why, size_t why_size)
{
    snprintf(why, why_size, "%s",
             mode == SANDBOX_OFF ? "as configured"
             : SANITIZED         ? "this build has a sanitizer, which needs more"
                                 : "this build has no libseccomp");
    return SANDBOX_OPEN;
}

#endif
