/*
 * key_command.h - `cupeld key add|list|revoke`: who may use the daemon.
 */
#ifndef CUPEL_DAEMON_KEY_COMMAND_H
#define CUPEL_DAEMON_KEY_COMMAND_H

/* `argv` begins at "key". The exit status: 0, 1 if it cannot be done, 2 if it is not understood. */
int key_command(int argc, char **argv, const char *standard_file);

#endif
