/*
 * tls_files.h - the certificate and the key that a TLS listener shows, in memory.
 */
#ifndef CUPEL_DAEMON_TLS_FILES_H
#define CUPEL_DAEMON_TLS_FILES_H

#include "daemon/settings.h"

#include <stdbool.h>
#include <stddef.h>

struct tls_files {
    char *certificate, *key; /* PEM; NULL: no TLS */
};

/* Is TLS asked for? */
bool tls_files_wanted(const struct settings *settings);
/* Reads them, if they are wanted. False: `why` says what cannot be read. */
bool tls_files_read(struct tls_files *own, const struct settings *settings, char *why,
                    size_t why_size);
void tls_files_fini(struct tls_files *files);

#endif
