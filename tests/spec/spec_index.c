/* The suite's two tables: tab-separated, a header line, the path in the first column. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/spec/spec.h"

static const char *const class_names[CLASS_COUNT] = {"1.0", "2.0", "2.0-simd", "3.0", "proposal"};

enum spec_class spec_class_parse(const char *name)
{
    int class = 0;
    while (class < CLASS_COUNT && strcmp(class_names[class], name) != 0) {
        class ++;
    }
    return (enum spec_class) class;
}

const char *spec_class_name(enum spec_class class)
{
    return class_names[class];
}

static void give_up(const char *dir, const char *file, const char *why)
{
    fprintf(stderr, "spec-runner: %s/%s: %s\n", dir, file, why);
    exit(2);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct spec_entry *)a)->path, ((const struct spec_entry *)b)->path);
}

/* The entry of one line; false if it lacks the columns or names no class. */
static bool parse_line(char *line, int column, struct spec_entry *out)
{
    char *rest = NULL;
    char *field = strtok_r(line, "\t\n", &rest);
    char *path = field;
    for (int i = 0; i < column && field != NULL; i++) {
        field = strtok_r(NULL, "\t\n", &rest);
    }
    if (path == NULL || field == NULL) {
        return false;
    }
    char *needs = strtok_r(NULL, "\t\n", &rest);
    out->class = spec_class_parse(field);
    out->path = strdup(path);
    out->needs = needs != NULL ? strdup(needs) : NULL;
    return out->class != CLASS_COUNT && out->path != NULL && out->needs != NULL;
}

void spec_list_read(struct spec_list *list, const char *dir, const char *file, int column)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, file);
    FILE *in = fopen(path, "r");
    char *line = NULL;
    size_t size = 0;
    size_t capacity = 0;
    *list = (struct spec_list){0};
    if (in == NULL || getline(&line, &size, in) < 0) {
        give_up(dir, file, in == NULL ? strerror(errno) : "is empty");
    }
    while (getline(&line, &size, in) > 0) {
        if (list->count == capacity) {
            capacity = capacity == 0 ? 256 : capacity * 2;
            list->entries = realloc(list->entries, capacity * sizeof *list->entries);
        }
        if (list->entries == NULL || !parse_line(line, column, &list->entries[list->count])) {
            give_up(dir, file, "a line is not as expected");
        }
        list->count++;
    }
    free(line);
    fclose(in);
    qsort(list->entries, list->count, sizeof *list->entries, by_path);
}

void spec_list_fini(struct spec_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->entries[i].path);
        free(list->entries[i].needs);
    }
    free(list->entries);
}

const struct spec_entry *spec_list_find(const struct spec_list *list, const char *path)
{
    struct spec_entry key = {.path = (char *)path};
    return list->count == 0
               ? NULL
               : bsearch(&key, list->entries, list->count, sizeof *list->entries, by_path);
}
