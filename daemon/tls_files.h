/*
 * tls_files.h - the certificate and the key that the TLS listener shows: there is one in the process,
 * because the TLS library asks for them without saying for whom.
 */
#ifndef CUPEL_DAEMON_TLS_FILES_H
#define CUPEL_DAEMON_TLS_FILES_H

#include "daemon/settings.h"

#include <stdbool.h>
#include <stddef.h>

/* A file's name that begins so is that of a credential that systemd hands over. */
#define TLS_CREDENTIAL_PREFIX "credential:"

/* Is TLS asked for? */
bool tls_files_wanted(const struct settings *settings);
/*
 * Reads them, which must be wanted; handshakes from now on show them. False: `why` says what is wrong,
 * and what was shown before still is. One thread at a time.
 */
bool tls_files_load(const struct settings *settings, char *why, size_t why_size);
/* The authorities of clients' certificates, as PEM for libmicrohttpd; false: `why` says what is wrong.
 * *own is NULL if none are wanted, else to be freed when there are no handshakes any more. */
bool tls_files_read_authorities(const struct settings *settings, char **own, char *why,
                                size_t why_size);
/* From now on the handshake of this session (a gnutls_session_t), which has not begun, fails without a certificate
 * that one of these authorities has signed for a client and that is valid today. */
void tls_files_demand_certificate(void *session);
/* For libmicrohttpd's option HTTPS_CERT_CALLBACK. */
void *tls_files_callback(void);
/* There are no handshakes any more. */
void tls_files_fini(void);

#endif
