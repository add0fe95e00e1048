/* What is refused before all of it is there: as early as can be, and nothing else. */
#include <stdlib.h>
#include <string.h>

#include "tests/engine/module/module_suites.h"

/* How many bytes must be there for a refusal; 0 if all are taken. */
static size_t refused_after(const struct decode_config *config, const uint8_t *bytes, size_t len,
                            struct errinfo *e)
{
    struct module_frame frame = {0};
    for (size_t n = 0; n <= len; n++)
        if (module_frame_check(&frame, config, bytes, n, e) != OK)
            return n;
    return 0;
}

static size_t refused_text(const struct decode_config *config, const char *text, struct errinfo *e)
{
    struct bytes b = assemble_module(text);
    size_t n = refused_after(config, b.data, b.len, e);
    free(b.data);
    return n;
}

START_TEST(header)
{
    static const struct {
        const char *bytes;
        size_t len, after;
        const char *says;
    } rows[] = {
        {"\0asm\1\0\0\0", 8, 0, NULL},
        {"\0asm", 4, 0, NULL},
        {"", 0, 0, NULL},
        {"<html>..", 8, 1, "magic"},
        {"\0asn\1\0\0\0", 8, 4, "magic"},
        {"\0asm\2\0\0\0", 8, 5, "version"},
        {"\0asm\1\0\1\0", 8, 7, "version"},
    };
    struct decode_config config = fixture_config();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct errinfo e;
        size_t n = refused_after(&config, (const uint8_t *)rows[i].bytes, rows[i].len, &e);
        ck_assert_msg(n == rows[i].after, "row %zu: %zu", i, n);
        if (n > 0)
            ck_assert_msg(e.status == ERR_MALFORMED && strstr(e.text, rows[i].says), "%s", e.text);
    }
}
END_TEST

START_TEST(sections)
{
    static const struct {
        const char *text;
        size_t after; /* the header included */
        enum status status;
        const char *says;
    } rows[] = {
        {"01 [00] 02 [00] 00 [['x'] 01 02] 03 [00]", 0, OK, NULL},
        {"02 [00] 01 [00]", 12, ERR_MALFORMED, "type section out of order"},
        {"01 [00] 01 [00]", 12, ERR_MALFORMED, "out of order"},
        {"00 [['x']] 0e", 13, ERR_MALFORMED, "section id 14"},
        {"01 #1000000000", 0, OK, NULL}, /* there may be so much to come */
        {"01 #2000000000", 14, ERR_LIMIT, "\"module_bytes\" exceeded: 2000000014"},
        {"0b ff ff ff ff", 0, OK, NULL}, /* cut off */
    };
    struct decode_config config = fixture_config();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct errinfo e;
        errinfo_init(&e);
        size_t n = refused_text(&config, rows[i].text, &e);
        ck_assert_msg(n == rows[i].after, "row %zu: %zu, %s", i, n, e.text);
        if (n > 0)
            ck_assert_msg(e.status == rows[i].status && strstr(e.text, rows[i].says), "%s", e.text);
    }
}
END_TEST

/* Pieces of any size give the same verdict. */
START_TEST(pieces)
{
    struct decode_config config = fixture_config();
    struct bytes b = assemble_module("01 [00] 00 [['x'] 01*300] 02 [00] 01 [00]");
    for (size_t step = 1; step < b.len; step++) {
        struct module_frame frame = {0};
        struct errinfo e;
        enum status status = OK;
        for (size_t n = 0; n < b.len && status == OK; n += step)
            status = module_frame_check(&frame, &config, b.data, n, &e);
        if (status == OK)
            status = module_frame_check(&frame, &config, b.data, b.len, &e);
        ck_assert_int_eq(status, ERR_MALFORMED);
        ck_assert_msg(strstr(e.text, "type section out of order"), "%s", e.text);
        ck_assert_uint_eq(e.offset, b.len - 3);
    }
    free(b.data);
}
END_TEST

Suite *suite_frame(void)
{
    return SUITE_OF("module/frame", header, sections, pieces);
}
