/*
 * backup_command.h - `cupeld backup`: a copy of the database, whether a daemon uses it or not.
 */
#ifndef CUPEL_DAEMON_BACKUP_COMMAND_H
#define CUPEL_DAEMON_BACKUP_COMMAND_H

/* `argv` begins with "backup". Returns the exit status, as main() does. */
int backup_command(int argc, char **argv, const char *standard_file);

#endif
