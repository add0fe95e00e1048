/*
 * libmicrohttpd takes PEM texts, not files. They are read once, before the daemon says that it is
 * ready, and the key is wiped from memory when it ends.
 */
#include "daemon/tls_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 1 << 20 };

static char *read_file(const char *path, char *why, size_t why_size)
{
    FILE *file = fopen(path, "re");
    char *text = NULL;
    size_t len = 0;

    if (file != NULL) {
        text = calloc(1, MOST_BYTES + 1);
        len = text != NULL ? fread(text, 1, MOST_BYTES, file) : 0;
    }
    if (file == NULL || text == NULL || ferror(file) != 0 || len == 0) {
        snprintf(why, why_size, "TLS: %.200s: %s", path,
                 file != NULL && text != NULL && ferror(file) == 0 ? "the file is empty"
                                                                   : strerror(errno));
        free(text);
        text = NULL;
    }
    if (file != NULL) {
        fclose(file);
    }
    return text;
}

bool tls_files_wanted(const struct settings *settings)
{
    return strcmp(settings->tls_certificate, "none") != 0;
}

bool tls_files_read(struct tls_files *own, const struct settings *settings, char *why,
                    size_t why_size)
{
    own->certificate = own->key = NULL;
    if (!tls_files_wanted(settings)) {
        return true;
    }
    own->certificate = read_file(settings->tls_certificate, why, why_size);
    if (own->certificate != NULL) {
        own->key = read_file(settings->tls_key, why, why_size);
    }
    if (own->key == NULL) {
        tls_files_fini(own);
        return false;
    }
    return true;
}

void tls_files_fini(struct tls_files *files)
{
    if (files->key != NULL) {
        explicit_bzero(files->key, MOST_BYTES);
    }
    free(files->key);
    free(files->certificate);
    files->key = files->certificate = NULL;
}
