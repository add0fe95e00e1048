/*
 * The modules that the tests of api/ run. Bodies are bytes with their text beside them.
 */
#include "tests/api/wasm_maker.h"

#include <stdio.h>

/* local.get 0 ; local.get 1 */
#define BOTH "\x20\x00\x20\x01"

/* loop: local.get 0; i32.const 1; i32.sub; local.tee 0; br_if 0; end -- 5 units of fuel a turn */
#define SPIN "\x03\x40\x20\x00\x41\x01\x6b\x22\x00\x0d\x00\x0b"

static void kit_of_values(struct wasm_maker *m)
{
    maker_func(m, "add", "ii:i", 0, MAKER_BODY(BOTH "\x6a"));
    maker_func(m, "add64", "ll:l", 0, MAKER_BODY(BOTH "\x7c"));
    maker_func(m, "id32", "i:i", 0, MAKER_BODY("\x20\x00"));
    maker_func(m, "id64", "l:l", 0, MAKER_BODY("\x20\x00"));
    maker_func(m, "idf", "f:f", 0, MAKER_BODY("\x20\x00"));
    maker_func(m, "idd", "d:d", 0, MAKER_BODY("\x20\x00"));
    maker_func(m, "swap", "id:di", 0, MAKER_BODY("\x20\x01\x20\x00"));
    maker_func(m, "idref", "E:E", 0, MAKER_BODY("\x20\x00"));
    maker_func(m, "null", ":E", 0, MAKER_BODY("\xd0\x6f"));
    maker_func(m, "self", ":F", 0, MAKER_BODY("\xd2\x09")); /* ref.func 9: itself */
}

static void kit_of_behaviour(struct wasm_maker *m)
{
    unsigned self;

    maker_func(m, "loop", ":", 0, MAKER_BODY("\x03\x40\x0c\x00\x0b"));
    self = m->function_count;
    maker_func(m, "recurse", ":", 0, (char[]){0x10, (char)self}, 2);
    maker_name(m, self, "recurse_forever");
    maker_func(m, "spin", "i:", 0, MAKER_BODY(SPIN));
    self = maker_func(m, "trap", ":", 0, MAKER_BODY("\x00"));
    maker_name(m, self, "boom");
    maker_func(m, "div", "ii:i", 0, MAKER_BODY(BOTH "\x6d"));
    maker_func(m, "grow", "i:i", 0, MAKER_BODY("\x20\x00\x40\x00"));
    maker_func(m, "peek", "i:i", 0, MAKER_BODY("\x20\x00\x28\x02\x00"));
    maker_func(m, "noop", ":", 0, MAKER_BODY(""));
}

void maker_kit(struct strbuf *module)
{
    struct wasm_maker m;

    maker_init(&m);
    kit_of_values(&m);
    kit_of_behaviour(&m);
    maker_memory(&m, "memory", 1, 100);
    maker_global(&m, "answer", 42);
    maker_custom(&m, "note", "kit");
    maker_finish(&m, module);
}

void maker_double(struct strbuf *module, unsigned salt)
{
    struct wasm_maker m;
    char text[32];

    maker_init(&m);
    maker_func(&m, "double", "i:i", 0, MAKER_BODY("\x20\x00\x20\x00\x6a"));
    snprintf(text, sizeof text, "%u", salt);
    maker_custom(&m, "salt", text);
    maker_finish(&m, module);
}

void maker_importer(struct strbuf *module)
{
    struct wasm_maker m;

    maker_init(&m);
    maker_import_func(&m, "env", "log", "i:");
    maker_import_func(&m, "env", "now", ":l");
    maker_func(&m, "run", ":", 0, MAKER_BODY(""));
    maker_finish(&m, module);
}

void maker_starter(struct strbuf *module, unsigned turns)
{
    struct wasm_maker m;
    char body[64];
    int n;

    /* i32.const turns (5 bytes of LEB128); local.set 0; then the loop on local 0 */
    n = snprintf(body, sizeof body, "\x41%c%c%c%c", (int)(0x80 | (turns & 0x7f)),
                 (int)(0x80 | (turns >> 7 & 0x7f)), (int)(0x80 | (turns >> 14 & 0x7f)),
                 (int)(turns >> 21 & 0x3f));
    if (turns >> 21 == 0) {
        n = 5; /* the last byte is NUL, which snprintf counts all the same */
    }
    body[n++] = 0x21;
    body[n++] = 0x00;
    for (size_t i = 0; i + 1 < sizeof SPIN; i++) {
        body[n++] = SPIN[i];
    }
    maker_init(&m);
    m.start = (int)maker_func(&m, NULL, ":", 1, body, (size_t)n);
    maker_func(&m, "noop", ":", 0, MAKER_BODY(""));
    maker_finish(&m, module);
}
