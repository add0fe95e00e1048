/*
 * The assembler puts the files into the program as they are: no generator, no copy of the bytes in
 * another notation. EMBED_ROOT is where the sources are, seen from where the compiler runs. Which
 * file is which stands in one table, whose rows become a label and its length each.
 *
 * Entity tags are computed once, not for each request: anybody may ask for the page.
 */
#include "api/embedded.h"

#include "api/digest.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>

#define FILE_ROW(label, path, name, type)                                                          \
    __asm__(".pushsection .rodata\n"                                                               \
            ".globl embedded_file_" #label "\n"                                                    \
            ".hidden embedded_file_" #label "\n"                                                   \
            ".globl embedded_size_" #label "\n"                                                    \
            ".hidden embedded_size_" #label "\n"                                                   \
            "embedded_file_" #label ":\n"                                                          \
            ".incbin \"" EMBED_ROOT path "\"\n"                                                    \
            "1:\n"                                                                                 \
            ".balign 8\n"                                                                          \
            "embedded_size_" #label ":\n"                                                          \
            ".quad 1b - embedded_file_" #label "\n"                                                \
            ".popsection\n");                                                                      \
    extern const char embedded_file_##label[] __attribute__((visibility("hidden")));               \
    extern const uint64_t embedded_size_##label __attribute__((visibility("hidden")));
#include "api/embedded.def"
#undef FILE_ROW

enum {
#define FILE_ROW(label, path, name, type) FILE_##label,
#include "api/embedded.def"
#undef FILE_ROW
    FILES
};

static struct embedded files[FILES];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fill(void)
{
#define FILE_ROW(label, path, file_name, media_type)                                               \
    files[FILE_##label] = (struct embedded){.name = (file_name),                                   \
                                            .type = (media_type),                                  \
                                            .data = embedded_file_##label,                         \
                                            .len = (size_t)embedded_size_##label};
#include "api/embedded.def"
#undef FILE_ROW
    for (size_t i = 0; i < FILES; i++) {
        digest_etag(files[i].data, files[i].len, files[i].etag);
    }
}

const struct embedded *embedded_page(const char *name)
{
    pthread_once(&once, fill);
    for (size_t i = 0; i < FILES; i++) {
        if (i != FILE_SCHEMAS && strcmp(files[i].name, name) == 0) {
            return &files[i];
        }
    }
    return NULL;
}

const struct embedded *embedded_schemas(void)
{
    pthread_once(&once, fill);
    return &files[FILE_SCHEMAS];
}
