/* The table of cases: tab-separated, a header line, six columns. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/bench/cases.h"

double case_clock_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void give_up(const char *path, const char *why)
{
    fprintf(stderr, "cases: %s: %s\n", path, why);
    exit(2);
}

uint8_t *case_file_read(const char *dir, const char *name, size_t *len)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        give_up(path, strerror(errno));
    }
    *len = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*len + 1);
    if (bytes == NULL || fread(bytes, 1, *len, file) != *len) {
        give_up(path, "cannot be read");
    }
    bytes[*len] = '\0';
    fclose(file);
    return bytes;
}

/* Cuts the text at `*rest` at the next separator. */
static const char *cut(char **rest, char separator)
{
    char *text = *rest;
    char *end = strchr(text, separator);
    *rest = end != NULL ? end + 1 : text + strlen(text);
    if (end != NULL) {
        *end = '\0';
    }
    return text;
}

void case_table_read(struct case_table *table, const char *dir)
{
    size_t len;
    size_t lines = 0;
    table->text = (char *)case_file_read(dir, "cases.tsv", &len);
    table->count = 0;
    for (size_t i = 0; i < len; i++) {
        lines += table->text[i] == '\n';
    }
    table->rows = calloc(lines + 1, sizeof *table->rows);
    if (table->rows == NULL) {
        give_up("cases.tsv", "out of memory");
    }
    char *rest = table->text;
    cut(&rest, '\n');
    while (*rest != '\0') {
        char *line = (char *)cut(&rest, '\n');
        struct case_row *row = &table->rows[table->count++];
        row->name = cut(&line, '\t');
        row->file = cut(&line, '\t');
        row->export = cut(&line, '\t');
        row->args = cut(&line, '\t');
        row->expected = cut(&line, '\t');
        row->steps = cut(&line, '\t');
        if (row->steps[0] == '\0') {
            give_up(row->name, "the row has fewer than six columns");
        }
    }
}

void case_table_fini(struct case_table *table)
{
    free(table->rows);
    free(table->text);
}
