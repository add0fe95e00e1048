/*
 * One flag is enough for the commas: it is clear after an opening bracket and after a key, and set
 * after every value, which is also what a closed object is to the level above.
 */
#include "api/json_out.h"

#include "api/utf8_text.h"

#include <string.h>

void json_out_init(struct json_out *out, struct strbuf *text)
{
    out->text = text;
    out->comma = false;
}

static void before_value(struct json_out *out)
{
    if (out->comma) {
        strbuf_putc(out->text, ',');
    }
    out->comma = true;
}

static void open_bracket(struct json_out *out, char bracket)
{
    before_value(out);
    strbuf_putc(out->text, bracket);
    out->comma = false;
}

static void close_bracket(struct json_out *out, char bracket)
{
    strbuf_putc(out->text, bracket);
    out->comma = true;
}

void json_out_object_begin(struct json_out *out)
{
    open_bracket(out, '{');
}

void json_out_object_end(struct json_out *out)
{
    close_bracket(out, '}');
}

void json_out_array_begin(struct json_out *out)
{
    open_bracket(out, '[');
}

void json_out_array_end(struct json_out *out)
{
    close_bracket(out, ']');
}

void json_out_key(struct json_out *out, const char *key)
{
    struct strbuf *text = out->text;
    size_t len = strlen(key), at = text->len;

    if (strbuf_reserve(text, len + 4)) {
        text->data[at] = ',';
        at += out->comma;
        text->data[at++] = '"';
        memcpy(text->data + at, key, len);
        memcpy(text->data + at + len, "\":", 3);
        text->len = at + len + 2;
    }
    out->comma = false;
}

void json_out_raw(struct json_out *out, const char *json, size_t len)
{
    if (len > 0) {
        before_value(out);
        strbuf_put(out->text, json, len);
    }
}

void json_out_null(struct json_out *out)
{
    json_out_raw(out, "null", 4);
}

void json_out_bool(struct json_out *out, bool value)
{
    json_out_raw(out, value ? "true" : "false", value ? 4 : 5);
}

/* As printf would, which takes as long as a small call altogether. */
static void put_number(struct json_out *out, bool negative, uint64_t magnitude)
{
    char text[24];
    size_t at = sizeof text;

    do {
        text[--at] = (char)('0' + magnitude % 10);
        magnitude /= 10;
    } while (magnitude > 0);
    if (negative) {
        text[--at] = '-';
    }
    json_out_raw(out, text + at, sizeof text - at);
}

void json_out_u64(struct json_out *out, uint64_t value)
{
    put_number(out, false, value);
}

void json_out_i64(struct json_out *out, int64_t value)
{
    put_number(out, value < 0, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

/* Writes the escape of a character that may not stand in a JSON string as it is. */
static void put_escape(struct strbuf *text, unsigned char c)
{
    static const char named[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    size_t i;

    for (i = 0; i + 1 < sizeof named; i += 2) {
        if ((unsigned char)named[i] == c) {
            strbuf_putc(text, '\\');
            strbuf_putc(text, named[i + 1]);
            return;
        }
    }
    strbuf_printf(text, "\\u%04x", c);
}

void json_out_str(struct json_out *out, const char *text, size_t len)
{
    size_t done = 0, i = 0, n;

    before_value(out);
    strbuf_putc(out->text, '"');
    while (i < len) {
        unsigned char c = (unsigned char)text[i];

        n = c < 0x80 ? 1 : utf8_sequence(text + i, len - i);
        if (n > 0 && c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) {
            i += n;
            continue;
        }
        strbuf_put(out->text, text + done, i - done);
        if (n == 0) {
            strbuf_puts(out->text, "\xef\xbf\xbd");
        } else {
            put_escape(out->text, c);
        }
        done = ++i;
    }
    strbuf_put(out->text, text + done, len - done);
    strbuf_putc(out->text, '"');
}

void json_out_cstr(struct json_out *out, const char *text)
{
    json_out_str(out, text, strlen(text));
}

void json_out_member_u64(struct json_out *out, const char *key, uint64_t value)
{
    json_out_key(out, key);
    json_out_u64(out, value);
}

void json_out_member_raw(struct json_out *out, const char *key, const char *json)
{
    json_out_key(out, key);
    json_out_raw(out, json, strlen(json));
}

void json_out_member_bool(struct json_out *out, const char *key, bool value)
{
    json_out_key(out, key);
    json_out_bool(out, value);
}

void json_out_member_cstr(struct json_out *out, const char *key, const char *text)
{
    json_out_key(out, key);
    json_out_cstr(out, text);
}

void json_out_member_str(struct json_out *out, const char *key, const char *text, size_t len)
{
    json_out_key(out, key);
    json_out_str(out, text, len);
}
