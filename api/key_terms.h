/*
 * key_terms.h - what a key allows and how much of it: label, scopes, and the rows of key_terms.def.
 */
#ifndef CUPEL_API_KEY_TERMS_H
#define CUPEL_API_KEY_TERMS_H

#include "api/api_error.h"
#include "api/json_in.h"
#include "api/json_out.h"

#include <stdbool.h>
#include <stdint.h>

#define KEY_LABEL_SIZE 129

enum scope {
#define SCOPE(name, text) SCOPE_##name,
#include "api/scopes.def"
#undef SCOPE
    SCOPES
};

#define SCOPES_ALL ((1u << SCOPES) - 1)

struct key_terms {
    char label[KEY_LABEL_SIZE]; /* for people */
    unsigned scopes;            /* a bit for each */
#define KEY_TERM(name, standard, lowest, highest, summary) uint64_t name;
#include "api/key_terms.def"
#undef KEY_TERM
};

/* No label, no scope, the table's defaults. */
void key_terms_init(struct key_terms *terms);

/* Adds a scope; false if there is none of this name. */
bool key_terms_add_scope(struct key_terms *terms, const char *text, size_t len);
/* Sets a number by the name of its row, '-' and '_' being the same; false: there is none, or `error` says
 * what was expected. */
bool key_terms_set(struct key_terms *terms, const char *name, uint64_t value,
                   struct api_error *error);

/* Reads an object over the defaults. API_BAD_REQUEST names the member that is wrong. */
enum api_code key_terms_read(const json_t *json, struct key_terms *terms, struct api_error *error);
/* Writes the members of an object. */
void key_terms_write(const struct key_terms *terms, struct json_out *out);

/* Do these scopes allow what wants `scope`, as the tables have it? */
bool scopes_allow(unsigned scopes, const char *scope);

#endif
