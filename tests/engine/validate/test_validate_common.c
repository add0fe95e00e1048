/*
 * The fast path says yes to nothing that the general path refuses, and leaves it the same state:
 * each body here goes both ways (check_body), whole and changed in every byte.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/engine/validate/validate_suites.h"

/* Every kind of instruction that the fast path takes, in code that is valid. */
static const char *const bodies[] = {
    "20 00 21 01 20 01 22 00 1a 0b",
    "41 00 41 ff 00 41 80 80 01 6a 6a 1a 42 80 80 80 08 1a 0b",
    "41 05 28 02 04 1a 41 05 20 00 36 02 80 01 0b",
    "23 00 24 00 23 01 1a 0b",
    "02 40 20 00 0d 00 03 40 20 00 0d 01 0c 00 0b 0b 0b",
    "02 7f 20 00 0b 1a 20 00 04 40 01 0b 20 00 04 7f 20 00 05 20 01 0b 1a 0b",
    "10 00 20 00 42 00 10 01 1a 1a 0b",
    "02 40 0c 00 0b 03 40 00 0b 02 40 02 40 0c 01 0b 0b 0b",
    "02 7f 00 0b 1a 02 7e 42 01 0c 00 0b 1a 0b",
    "20 00 02 04 02 04 45 0b 0b 1a 02 03 20 00 42 00 0b 1a 1a 0b",
    "20 00 20 00 6a 20 00 6b 20 01 46 45 45 20 00 71 1a 0b",
    "42 00 42 01 7c a7 ac 50 1a 43 00*4 43 00*4 92 8c bb 1a 0b",
};

#define TYPES .params = "7f", .locals = "01 01 7f"

START_TEST(both_paths_agree)
{
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct body body = {.code = bodies[i], TYPES};
        struct errinfo e;
        uint64_t offset;
        ck_assert_msg(check_body(&body, &e, &offset, NULL) == OK, "%s: %s", bodies[i], e.text);
    }
}
END_TEST

/* The code with byte `at` changed to `value`, as text. */
static void change(char *text, size_t size, const struct bytes *code, size_t at, unsigned value)
{
    size_t used = 0;
    for (size_t i = 0; i < code->len && used + 4 < size; i++)
        used +=
            (size_t)snprintf(text + used, size - used, "%02x ", i == at ? value : code->data[i]);
}

START_TEST(both_paths_agree_on_what_is_wrong)
{
    static const unsigned values[] = {0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x0b, 0x0c, 0x0d, 0x0f,
                                      0x10, 0x1a, 0x1b, 0x20, 0x21, 0x22, 0x23, 0x24, 0x28, 0x29,
                                      0x36, 0x37, 0x40, 0x41, 0x42, 0x45, 0x50, 0x6a, 0x70, 0x7c,
                                      0x7d, 0x7e, 0x7f, 0x80, 0x81, 0x92, 0xa7, 0xac, 0xc0, 0xff};
    unsigned refused = 0, accepted = 0;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct bytes code = assemble(bodies[i]);
        for (size_t at = 0; at < code.len; at++) {
            for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
                char text[400] = "";
                struct errinfo e;
                uint64_t offset;
                change(text, sizeof text, &code, at, values[v]);
                struct body body = {.code = text, TYPES};
                if (check_body(&body, &e, &offset, NULL) == OK)
                    accepted++;
                else
                    refused++;
            }
        }
        free(code.data);
    }
    ck_assert_uint_gt(accepted, 500);
    ck_assert_uint_gt(refused, 5000);
}
END_TEST

START_TEST(height_is_limited_on_both)
{
    /* 3,000 operands are allowed; the last one comes by each of these. */
    static const char *const last[] = {"20 00", "41 00", "42 00", "23 00", "10 00", "3f 00"};
    for (size_t i = 0; i < sizeof last / sizeof *last; i++) {
        for (unsigned height = 2999; height <= 3000; height++) {
            char text[400];
            /* Many at a time by a function of 1,000 results. */
            snprintf(text, sizeof text,
                     "01 [03 60 00 #1000 7f*1000 60 00 01 7f 60 01 7f 00] 03 [03 01 00 02]"
                     "05 [01 00 01] 06 [01 7f 00 41 00 0b]"
                     "0a [03 [00 41 00 0b] [00 00 0b] [00 10 01 10 01 10 01 %s %s 0c 00 0b]]",
                     height == 2999 ? "1a" : "", last[i]);
            struct decode_config config = fixture_config();
            struct errinfo e;
            enum status status = check_text(&config, text, &e, NULL);
            ck_assert_msg(status == (height == 2999 ? OK : ERR_LIMIT), "%s: %s", last[i], e.text);
            if (status != OK)
                ck_assert_ptr_nonnull(strstr(e.text, "3001 operands, at most 3000"));
        }
    }
}
END_TEST

Suite *suite_validate_common(void)
{
    return SUITE_OF("validate/common", both_paths_agree, both_paths_agree_on_what_is_wrong,
                    height_is_limited_on_both);
}
