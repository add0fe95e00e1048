/*
 * sandbox.h - what the daemon may ask of the kernel once it has started: what sandbox.def lists.
 */
#ifndef CUPEL_DAEMON_SANDBOX_H
#define CUPEL_DAEMON_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

/* What becomes of other system calls. */
enum sandbox_mode {
    SANDBOX_OFF,  /* nothing is filtered */
    SANDBOX_DENY, /* they fail with EPERM */
    SANDBOX_KILL  /* they end the process */
};

/* "off", "deny" or "kill"; false if it is none of these. */
bool sandbox_mode_parse(const char *name, enum sandbox_mode *mode);

enum sandbox_outcome {
    SANDBOX_CLOSED, /* from now on, for all threads, and for good */
    SANDBOX_OPEN,   /* nothing is filtered, for which `why` gives a reason that is no fault */
    SANDBOX_FAILED  /* nothing is filtered; `why` says what went wrong */
};

/* Call once, when all that takes more has been done. */
enum sandbox_outcome sandbox_enter(enum sandbox_mode mode, char *why, size_t why_size);

#endif
