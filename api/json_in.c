/*
 * A screen before the parser. One pass over the bytes bounds the nesting (jansson's own bound is a
 * constant of its build, and its recursion is on our stack), finds NULs, and rewrites each number
 * that jansson would round or refuse into a string that starts with NUL. As no text from outside
 * may hold a NUL, such a string cannot be forged. A text without such numbers is parsed as it is.
 * Positions in the parser's messages are led back to the original text by screening again up to
 * there.
 */
#include "api/json_in.h"

#include "api/strbuf.h"
#include "api/utf8_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK     "\"\\u0000"
#define MARK_LEN (sizeof MARK - 1)

struct screen {
    const char *text;
    size_t len;
    size_t max_depth;
    size_t depth;
    size_t pos;   /* where the screen stands in `text` */
    size_t taken; /* so much of `text` is in `out`; the rest up to `pos` is to stay as it is */
    size_t stop;  /* end when the rewritten text is so long */
    struct strbuf *out; /* the rewritten text; empty as long as nothing had to be rewritten */
    const char *fault;
};

/* Copies the string that starts at the screen's position. */
static bool screen_string(struct screen *s)
{
    size_t i = s->pos + 1;

    while (i < s->len && s->text[i] != '"') {
        if (s->text[i] == '\0') {
            s->pos = i;
            s->fault = "a NUL byte: JSON is text";
            return false;
        }
        if (s->text[i] == '\\') {
            if (s->len - i >= 6 && memcmp(s->text + i, "\\u0000", 6) == 0) {
                s->pos = i;
                s->fault = "\\u0000 in a text is not allowed";
                return false;
            }
            i++;
        }
        i++;
    }
    s->pos = i < s->len ? i + 1 : s->len;
    return true;
}

/* Takes over what was passed by since the last time. */
static void screen_take(struct screen *s)
{
    strbuf_put(s->out, s->text + s->taken, s->pos - s->taken);
    s->taken = s->pos;
}

static void screen_number(struct screen *s)
{
    bool plain = true;
    size_t n = json_number_length(s->text + s->pos, s->len - s->pos, &plain);

    /* What is no number is left to the parser, which then says so. */
    if (n > 0 && !plain) {
        screen_take(s);
        strbuf_put(s->out, MARK, MARK_LEN);
        strbuf_put(s->out, s->text + s->pos, n);
        strbuf_putc(s->out, '"');
        s->taken += n;
    }
    s->pos += n > 0 ? n : 1;
}

static size_t screen_written(const struct screen *s)
{
    return s->out->len + (s->pos - s->taken);
}

static bool screen_run(struct screen *s)
{
    while (s->pos < s->len && screen_written(s) < s->stop) {
        char c = s->text[s->pos];

        if (c == '"') {
            if (!screen_string(s)) {
                return false;
            }
            continue;
        }
        if (c == '-' || (c >= '0' && c <= '9')) {
            screen_number(s);
            continue;
        }
        if (c == '{' || c == '[') {
            if (++s->depth > s->max_depth) {
                s->fault = "nested too deeply";
                return false;
            }
        } else if (c == '}' || c == ']') {
            s->depth -= s->depth > 0;
        } else if (c == '\0') {
            s->fault = "a NUL byte: JSON is text";
            return false;
        }
        s->pos++;
    }
    return true;
}

static void screen_init(struct screen *s, const char *text, size_t len, size_t max_depth,
                        struct strbuf *out)
{
    memset(s, 0, sizeof *s);
    s->text = text;
    s->len = len;
    s->max_depth = max_depth;
    s->stop = SIZE_MAX;
    s->out = out;
}

static void fault_at(struct json_fault *fault, const char *text, size_t offset)
{
    size_t i;

    fault->offset = offset;
    fault->line = 1;
    fault->column = 1;
    for (i = 0; i < offset; i++) {
        if (text[i] == '\n') {
            fault->line++;
            fault->column = 1;
        } else {
            fault->column++;
        }
    }
}

/* The parser's words, with the marks of long numbers taken out again. */
static void fault_words(struct json_fault *fault, const char *words)
{
    bool in_number = false;
    size_t n = 0;

    while (*words != '\0' && n + 1 < sizeof fault->text) {
        if (strncmp(words, MARK, MARK_LEN) == 0) {
            words += MARK_LEN;
            in_number = true;
        } else if (in_number && *words == '"') {
            words++;
            in_number = false;
        } else {
            fault->text[n++] = *words++;
        }
    }
    fault->text[utf8_text_valid_prefix(fault->text, n)] = '\0';
}

/* Leads a position in the rewritten text back to the original. */
static size_t original_position(const char *text, size_t len, size_t rewritten)
{
    struct strbuf scratch;
    struct screen s;

    strbuf_init(&scratch);
    screen_init(&s, text, len, SIZE_MAX, &scratch);
    s.stop = rewritten;
    (void)screen_run(&s); /* it succeeded up to here before */
    if (screen_written(&s) > rewritten && s.pos >= screen_written(&s) - rewritten) {
        s.pos -= screen_written(&s) - rewritten; /* within one token: close enough */
    }
    strbuf_fini(&scratch);
    return s.pos <= len ? s.pos : len;
}

static bool is_blank(const char *text, size_t len)
{
    size_t i = 0;

    while (i < len && (text[i] == ' ' || text[i] == '\t' || text[i] == '\r' || text[i] == '\n')) {
        i++;
    }
    return i == len;
}

json_t *json_in_parse(const char *text, size_t len, size_t max_depth, struct json_fault *fault)
{
    struct strbuf rewritten;
    struct screen s;
    json_error_t error;
    json_t *json = NULL;
    size_t valid = utf8_text_valid_prefix(text, len);

    memset(fault, 0, sizeof *fault);
    if (valid < len) {
        fault_at(fault, text, valid);
        snprintf(fault->text, sizeof fault->text, "not UTF-8: byte 0x%02x",
                 (unsigned char)text[valid]);
        return NULL;
    }
    strbuf_init(&rewritten);
    screen_init(&s, text, len, max_depth, &rewritten);
    if (screen_run(&s) && rewritten.len > 0) {
        screen_take(&s);
    }
    if (s.fault != NULL) {
        fault_at(fault, text, s.pos);
        snprintf(fault->text, sizeof fault->text, "%s", s.fault);
        if (s.depth > max_depth) {
            snprintf(fault->text, sizeof fault->text, "nested too deeply: the limit is %zu levels",
                     max_depth);
        }
    } else if (rewritten.failed) {
        snprintf(fault->text, sizeof fault->text, "memory is exhausted");
    } else if (is_blank(text, len)) {
        snprintf(fault->text, sizeof fault->text, "there is nothing: a JSON text was expected");
    } else {
        bool as_it_is = rewritten.len == 0;

        json = json_loadb(as_it_is ? text : rewritten.data, as_it_is ? len : rewritten.len,
                          JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
        if (json == NULL) {
            fault_at(fault, text,
                     original_position(text, len, error.position > 0 ? (size_t)error.position : 0));
            fault_words(fault, error.text);
        }
    }
    strbuf_fini(&rewritten);
    return json;
}

/* ---- what was read --------------------------------------------------------------------------- */

static bool is_long_number(const json_t *json)
{
    return json_is_string(json) && json_string_length(json) > 0 &&
           json_string_value(json)[0] == '\0';
}

bool json_in_is_number(const json_t *json)
{
    return json_is_number(json) || is_long_number(json);
}

bool json_in_is_string(const json_t *json)
{
    return json_is_string(json) && !is_long_number(json);
}

const char *json_in_number(const json_t *json, char buffer[JSON_IN_NUMBER_SIZE])
{
    if (is_long_number(json)) {
        return json_string_value(json) + 1;
    }
    snprintf(buffer, JSON_IN_NUMBER_SIZE, "%" JSON_INTEGER_FORMAT, json_integer_value(json));
    return buffer;
}

struct json_scalar json_in_scalar(const json_t *json, char buffer[JSON_IN_NUMBER_SIZE])
{
    struct json_scalar scalar = {JSON_SCALAR_NONE, "", 0};

    if (json_in_is_number(json)) {
        scalar.kind = JSON_SCALAR_NUMBER;
        scalar.text = json_in_number(json, buffer);
        scalar.len = strlen(scalar.text);
    } else if (json_is_string(json)) {
        scalar.kind = JSON_SCALAR_STRING;
        scalar.text = json_string_value(json);
        scalar.len = json_string_length(json);
    } else if (json_is_null(json)) {
        scalar.kind = JSON_SCALAR_NULL;
    } else if (json != NULL) {
        scalar.kind = JSON_SCALAR_OTHER;
        scalar.text = json_is_true(json)    ? "true"
                      : json_is_false(json) ? "false"
                      : json_is_array(json) ? "an array"
                                            : "an object";
        scalar.len = strlen(scalar.text);
    }
    return scalar;
}

bool json_in_integer(const json_t *json, bool *negative, uint64_t *magnitude)
{
    char buffer[JSON_IN_NUMBER_SIZE];
    struct json_scalar scalar;

    if (json_is_integer(json)) {
        json_int_t value = json_integer_value(json);

        *negative = value < 0;
        *magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
        return true;
    }
    scalar = json_in_scalar(json, buffer);
    return json_scalar_integer(&scalar, negative, magnitude);
}

const char *json_in_type(const json_t *json)
{
    if (json == NULL) {
        return "nothing";
    }
    if (json_in_is_number(json)) {
        return "number";
    }
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        return "object";
    case JSON_ARRAY:
        return "array";
    case JSON_STRING:
        return "string";
    case JSON_TRUE:
    case JSON_FALSE:
        return "boolean";
    default:
        return "null";
    }
}

void json_in_describe(const json_t *json, char *buffer, size_t size)
{
    char number[JSON_IN_NUMBER_SIZE];
    struct json_scalar scalar = json_in_scalar(json, number);

    json_scalar_describe(&scalar, buffer, size);
}
