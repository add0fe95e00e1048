/*
 * libmicrohttpd takes certificates once, at its start; to show another one later, it asks at each
 * handshake. What was shown before is kept to the end: sessions may still refer to it, and it is a
 * few kilobytes for each time that somebody renews a certificate. The key's text is wiped as soon as
 * the TLS library has it.
 */
#include "daemon/tls_files.h"

#include <errno.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 1 << 20, MOST_CERTIFICATES = 16 };

/* What is shown, and what was before. */
struct shown {
    gnutls_pcert_st chain[MOST_CERTIFICATES];
    unsigned count;
    gnutls_privkey_t key;
    struct shown *before;
};

static struct shown *_Atomic current;

/* ---- files ----------------------------------------------------------------------------------- */

/* The path of a file or a credential; false: `why` says what is missing. */
static bool find_path(const char *name, char *path, size_t size, char *why, size_t why_size)
{
    size_t skip = strlen(TLS_CREDENTIAL_PREFIX);
    const char *folder;

    if (strncmp(name, TLS_CREDENTIAL_PREFIX, skip) != 0) {
        snprintf(path, size, "%s", name);
        return true;
    }
    folder = getenv("CREDENTIALS_DIRECTORY");
    if (folder == NULL) {
        snprintf(why, why_size, "TLS: %.200s: no credentials were handed over (LoadCredential=)",
                 name);
        return false;
    }
    snprintf(path, size, "%s/%s", folder, name + skip);
    return true;
}

static void wipe(char *text)
{
    if (text != NULL) {
        explicit_bzero(text, MOST_BYTES);
        free(text);
    }
}

static char *read_file(const char *name, char *why, size_t why_size)
{
    char path[SETTINGS_TEXT_SIZE + 4096], *text = NULL;
    size_t len = 0;
    FILE *file;

    if (!find_path(name, path, sizeof path, why, why_size)) {
        return NULL;
    }
    file = fopen(path, "re");
    if (file != NULL) {
        text = calloc(1, MOST_BYTES + 1);
        len = text != NULL ? fread(text, 1, MOST_BYTES, file) : 0;
    }
    if (file == NULL || text == NULL || ferror(file) != 0 || len == 0) {
        snprintf(why, why_size, "TLS: %.200s: %s", path,
                 file != NULL && text != NULL && ferror(file) == 0 ? "the file is empty"
                                                                   : strerror(errno));
        wipe(text);
        text = NULL;
    }
    if (file != NULL) {
        fclose(file);
    }
    return text;
}

/* ---- certificates ---------------------------------------------------------------------------- */

static void shown_delete(struct shown *shown)
{
    while (shown->count > 0) {
        gnutls_pcert_deinit(&shown->chain[--shown->count]);
    }
    gnutls_privkey_deinit(shown->key);
    free(shown);
}

/* Is it the key of the first certificate? The library looks when both go into credentials. */
static int check_pair(const gnutls_datum_t *certificate, const gnutls_datum_t *key)
{
    gnutls_certificate_credentials_t scratch;
    int code = gnutls_certificate_allocate_credentials(&scratch);

    if (code >= 0) {
        code = gnutls_certificate_set_x509_key_mem(scratch, certificate, key, GNUTLS_X509_FMT_PEM);
        gnutls_certificate_free_credentials(scratch);
    }
    return code;
}

static int parse(struct shown *shown, const gnutls_datum_t *certificate, const gnutls_datum_t *key)
{
    unsigned count = MOST_CERTIFICATES;
    int code = check_pair(certificate, key);

    if (code >= 0) {
        code = gnutls_pcert_list_import_x509_raw(shown->chain, &count, certificate,
                                                 GNUTLS_X509_FMT_PEM, 0);
    }
    if (code >= 0) {
        shown->count = count;
        code = gnutls_privkey_init(&shown->key);
    }
    return code >= 0 ? gnutls_privkey_import_x509_raw(shown->key, key, GNUTLS_X509_FMT_PEM, NULL, 0)
                     : code;
}

static struct shown *shown_new(const struct settings *settings, char *certificate, char *key,
                               char *why, size_t why_size)
{
    const gnutls_datum_t chain = {(unsigned char *)certificate, (unsigned)strlen(certificate)};
    const gnutls_datum_t private = {(unsigned char *)key, (unsigned)strlen(key)};
    struct shown *shown = calloc(1, sizeof *shown);
    int code = shown != NULL ? parse(shown, &chain, &private) : GNUTLS_E_MEMORY_ERROR;

    if (code < 0) {
        snprintf(why, why_size, "TLS: %.200s and %.200s: do they belong together? %s",
                 settings->tls_certificate, settings->tls_key, gnutls_strerror(code));
        if (shown != NULL) {
            shown_delete(shown);
        }
        return NULL;
    }
    return shown;
}

bool tls_files_wanted(const struct settings *settings)
{
    return strcmp(settings->tls_certificate, "none") != 0;
}

bool tls_files_load(const struct settings *settings, char *why, size_t why_size)
{
    char *certificate = read_file(settings->tls_certificate, why, why_size), *key = NULL;
    struct shown *shown = NULL;

    if (certificate != NULL) {
        key = read_file(settings->tls_key, why, why_size);
    }
    if (key != NULL) {
        shown = shown_new(settings, certificate, key, why, why_size);
    }
    wipe(key);
    free(certificate);
    if (shown == NULL) {
        return false;
    }
    shown->before = atomic_load(&current);
    atomic_store(&current, shown);
    return true;
}

static int retrieve(gnutls_session_t session, const gnutls_datum_t *authorities,
                    int authority_count, const gnutls_pk_algorithm_t *algorithms,
                    int algorithm_count, gnutls_pcert_st **chain, unsigned *count,
                    gnutls_privkey_t *key)
{
    struct shown *shown = atomic_load(&current);

    (void)session;
    (void)authorities;
    (void)authority_count;
    (void)algorithms;
    (void)algorithm_count;
    *chain = shown->chain;
    *count = shown->count;
    *key = shown->key;
    return 0;
}

/* ---- clients --------------------------------------------------------------------------------- */

bool tls_files_read_authorities(const struct settings *settings, char **own, char *why,
                                size_t why_size)
{
    gnutls_x509_crt_t *list = NULL;
    gnutls_datum_t text;
    unsigned count = 0, i;
    int code;

    *own = NULL;
    if (strcmp(settings->tls_client_ca, "none") == 0) {
        return true;
    }
    *own = read_file(settings->tls_client_ca, why, why_size);
    if (*own == NULL) {
        return false;
    }
    text = (gnutls_datum_t){(unsigned char *)*own, (unsigned)strlen(*own)};
    code = gnutls_x509_crt_list_import2(&list, &count, &text, GNUTLS_X509_FMT_PEM, 0);
    for (i = 0; code >= 0 && i < count; i++) {
        gnutls_x509_crt_deinit(list[i]);
    }
    if (code >= 0) {
        gnutls_free(list);
        return true;
    }
    snprintf(why, why_size, "TLS: %.200s: no certificates of authorities: %s",
             settings->tls_client_ca, gnutls_strerror(code));
    free(*own);
    *own = NULL;
    return false;
}

/* Within the handshake: whatever is wrong, the client learns it as an alert. */
static int verify(gnutls_session_t session)
{
    gnutls_typed_vdata_st purpose = {GNUTLS_DT_KEY_PURPOSE_OID,
                                     (unsigned char *)GNUTLS_KP_TLS_WWW_CLIENT, 0};
    unsigned faults = 0;
    int code = gnutls_certificate_verify_peers(session, &purpose, 1, &faults);

    return code == 0 && faults == 0 ? 0 : GNUTLS_E_CERTIFICATE_ERROR;
}

void tls_files_demand_certificate(void *session)
{
    gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUIRE);
    gnutls_session_set_verify_function(session, verify);
}

void *tls_files_callback(void)
{
    return (void *)retrieve;
}

void tls_files_fini(void)
{
    struct shown *shown = atomic_exchange(&current, NULL);

    while (shown != NULL) {
        struct shown *before = shown->before;

        shown_delete(shown);
        shown = before;
    }
}
