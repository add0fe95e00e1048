/* Header, order and framing of sections, and what only the whole module shows. */
#include "engine/module/module.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/engine/module/module_suites.h"

START_TEST(headers)
{
    static const struct {
        const char *bytes;
        uint64_t offset;
        const char *says;
    } rows[] = {
        {"", 0, "magic header not detected"},
        {"00 'as'", 0, "magic header"},
        {"00 'asn' 01 00 00 00", 0, "magic header"},
        {"'asm' 00 01 00 00 00", 0, "magic header"},
        {"00 'asm'", 4, "unexpected end"},
        {"00 'asm' 01 00 00", 4, "unexpected end"},
        {"00 'asm' 02 00 00 00", 4, "unknown binary version"},
        {"00 'asm' 0d 00 01 00", 4, "component"},
    };
    struct decode_config config = fixture_config();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bytes b = assemble(rows[i].bytes);
        struct errinfo e;
        ck_assert_int_eq(check_bytes(&config, b.data, b.len, &e, NULL), ERR_MALFORMED);
        ck_assert_msg(e.offset == rows[i].offset && strstr(e.text, rows[i].says), "row %zu: %s", i,
                      e.text);
        free(b.data);
    }
    struct errinfo e;
    ck_assert_int_eq(check_bytes(&config, NULL, 0, &e, NULL), ERR_MALFORMED);
}
END_TEST

START_TEST(framing)
{
    static const struct expectation rows[] = {
        {"", OK, 0, NULL},
        {"01", ERR_MALFORMED, 9, "unexpected end"},
        {"01 05 00", ERR_MALFORMED, 8, "type section of 5 bytes, but only 1"},
        {"01 ff ff ff ff 7f", ERR_MALFORMED, 9, "too large"},
        {"01 [00 00]", ERR_MALFORMED, 11, "section size mismatch: 1 bytes left"},
        {"01 [01 60 00]", ERR_MALFORMED, 13, "unexpected end"},
        {"0e [00]", ERR_MALFORMED, 8, "malformed section id 14"},
        {"ff [00]", ERR_MALFORMED, 8, "malformed section id 255"},
        {"0d [00]", ERR_UNSUPPORTED, 8, "\"exceptions\""},
        {"00 [['a'] 01 02 03]", OK, 0, NULL},
        {"00 []", ERR_MALFORMED, 10, "unexpected end"},
    };
    EXPECT(rows);
}
END_TEST

START_TEST(every_pair_of_sections)
{
    /* Empty sections in their order; start has no empty form. */
    static const char *const order[] = {"01 [00]", "02 [00]", "03 [00]", "04 [00]",
                                        "05 [00]", "06 [00]", "07 [00]", "09 [00]",
                                        "0c [00]", "0a [00]", "0b [00]"};
    const size_t n = sizeof order / sizeof *order;
    struct decode_config config = fixture_config();
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            char text[64];
            struct errinfo e;
            snprintf(text, sizeof text, "00 [[]] %s 00 [[]] %s 00 [[]]", order[i], order[j]);
            enum status status = check_text(&config, text, &e, NULL);
            ck_assert_msg(status == (i < j ? OK : ERR_MALFORMED), "%s: %s", text, e.text);
            if (i >= j)
                ck_assert_ptr_nonnull(strstr(e.text, "unexpected content after last section"));
        }
    }
}
END_TEST

START_TEST(whole_modules)
{
    static const struct expectation rows[] = {
        {"01 [01 60 00 00] 03 [01 00]", ERR_MALFORMED, 18, "inconsistent lengths: 1 and 0"},
        {"0a [01 [00 0b]]", ERR_MALFORMED, 10, "inconsistent lengths: 0 and 1"},
        {"0c [01]", ERR_MALFORMED, 11, "inconsistent lengths: 1 and 0"},
        {"0c [00] 0b [01 01 00]", ERR_MALFORMED, 16, "inconsistent lengths: 0 and 1"},
        {"0c [01] 0b [01 01 00]", OK, 0, NULL},
        {"03 [00] 0a [00]", OK, 0, NULL},
        {"0a [00]", OK, 0, NULL},
    };
    EXPECT(rows);
}
END_TEST

START_TEST(skeletons_lack_code)
{
    struct bytes b = assemble_module("01 [01 60 00 00] 03 [02 00 00] 07 [01 ['f'] 00 01]");
    struct decode_config config = fixture_config();
    struct errinfo e;
    struct module m;
    config.skeleton = true;
    ck_assert_int_eq(module_decode(&m, &config, b.data, b.len, &e), OK);
    ck_assert_uint_eq(m.nfuncs, 2);
    ck_assert_uint_eq(m.funcs[1].body_offset + m.funcs[1].body_len, 0);
    ck_assert_uint_eq(m.code_len, 0);
    module_fini(&m);
    free(b.data);
}
END_TEST

START_TEST(bytes_are_copied)
{
    struct bytes b = assemble_module("07 [00] 00 [['x'] 01 02]");
    struct decode_config config = fixture_config();
    struct errinfo e;
    struct module m;
    ck_assert_int_eq(module_decode(&m, &config, b.data, b.len, &e), OK);
    memset(b.data, 0, b.len);
    ck_assert_uint_eq(m.customs[0].data[1], 2);
    ck_assert_uint_eq(m.customs[0].offset, 15);
    module_fini(&m);
    module_fini(&m);
    free(b.data);
}
END_TEST

START_TEST(every_truncation_is_refused)
{
    struct bytes b = assemble_module(
        "01 [02 60 00 00 60 01 7f 01 7f] 02 [01 ['m'] ['f'] 00 00] 03 [01 01] 04 [01 70 00 05]"
        "05 [01 00 01] 06 [01 7f 01 41 07 0b] 07 [01 ['f'] 00 01] 08 [00] 09 [01 00 41 00 0b 01 01]"
        "0c [01] 0a [01 [00 20 00 0b]] 0b [01 00 41 00 0b ['data']]");
    struct decode_config config = fixture_config();
    struct errinfo e;
    ck_assert_int_eq(check_bytes(&config, b.data, b.len, &e, NULL), OK);
    for (size_t len = 0; len < b.len; len++) {
        uint8_t *cut = malloc(len + 1);
        memcpy(cut, b.data, len);
        enum status status = check_bytes(&config, cut, len, &e, NULL);
        /* Cut between sections before anything depends on the rest, it may be a module. */
        ck_assert_msg(status != OK || len <= 28, "%zu bytes are taken for a module", len);
        ck_assert_msg(status == OK || e.offset <= len, "offset %llu of %zu bytes",
                      (unsigned long long)e.offset, len);
        free(cut);
    }
    free(b.data);
}
END_TEST

START_TEST(every_change_of_a_byte_is_survived)
{
    struct bytes b = assemble_module(
        "01 [02 60 00 00 60 01 7f 01 7f] 02 [01 ['m'] ['f'] 00 00] 03 [01 01] 04 [01 70 00 05]"
        "05 [01 00 01] 06 [01 7f 01 41 07 0b] 07 [01 ['f'] 00 01] 08 [00] 09 [01 00 41 00 0b 01 01]"
        "0c [01] 0a [01 [00 02 7f 20 00 0d 00 0c 00 0b 0b]] 0b [01 00 41 00 0b ['data']]"
        "00 [['name'] 00 [['n']] 01 [01 00 ['g']]]");
    struct decode_config config = fixture_config();
    for (size_t i = 0; i < b.len; i++) {
        uint8_t old = b.data[i];
        for (int value = 0; value < 256; value++) {
            struct errinfo e;
            uint8_t *copy = malloc(b.len);
            b.data[i] = (uint8_t)value;
            memcpy(copy, b.data, b.len);
            enum status status = check_bytes(&config, copy, b.len, &e, NULL);
            ck_assert_msg(status == e.status && (status == OK || e.text[0]), "byte %zu", i);
            free(copy);
        }
        b.data[i] = old;
    }
    free(b.data);
}
END_TEST

Suite *suite_module(void)
{
    return SUITE_OF("module/module", headers, framing, every_pair_of_sections, whole_modules,
                    skeletons_lack_code, bytes_are_copied, every_truncation_is_refused,
                    every_change_of_a_byte_is_survived);
}
