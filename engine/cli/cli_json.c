/* A comma goes before every value but the first of its container; nothing else needs state. */
#include "engine/cli/cli_json.h"

#include <inttypes.h>
#include <string.h>

static void write_string(FILE *out, const char *text, size_t len)
{
    fputc('"', out);
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte < 0x20 || byte == 0x7f) {
            fprintf(out, "\\u%04x", byte);
        } else {
            if (byte == '"' || byte == '\\') {
                fputc('\\', out);
            }
            fputc(byte, out);
        }
    }
    fputc('"', out);
}

static void begin_value(struct json_writer *json, const char *key)
{
    if (json->needs_comma) {
        fputc(',', json->out);
    }
    json->needs_comma = true;
    if (key != NULL) {
        write_string(json->out, key, strlen(key));
        fputc(':', json->out);
    }
}

void json_begin(struct json_writer *json, const char *key, char bracket)
{
    begin_value(json, key);
    fputc(bracket, json->out);
    json->needs_comma = false;
}

void json_end(struct json_writer *json, char bracket)
{
    fputc(bracket, json->out);
    json->needs_comma = true;
}

void json_string(struct json_writer *json, const char *key, const char *text, size_t len)
{
    begin_value(json, key);
    write_string(json->out, text, len);
}

void json_number(struct json_writer *json, const char *key, uint64_t number)
{
    begin_value(json, key);
    fprintf(json->out, "%" PRIu64, number);
}

void json_bool(struct json_writer *json, const char *key, bool value)
{
    begin_value(json, key);
    fputs(value ? "true" : "false", json->out);
}
