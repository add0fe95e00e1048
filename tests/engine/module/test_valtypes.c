/* Value types where they occur, and limits with all their flags. */
#include "engine/module/valtypes.h"

#include <string.h>

#include "tests/engine/module/module_suites.h"

START_TEST(every_byte_as_value_type)
{
    struct decode_config config = fixture_config();
    for (unsigned byte = 0; byte < 256; byte++) {
        uint8_t data[] = {(uint8_t)byte, 0, 0};
        struct errinfo e;
        struct reader r;
        valtype t = VT_BOT;
        reader_init(&r, data, sizeof data, &e);
        enum status status = read_valtype(&r, &config, &t);
        bool known =
            (byte >= VT_V128 && byte <= VT_I32) || byte == VT_FUNCREF || byte == VT_EXTERNREF;
        bool later = byte == 0x63 || byte == 0x64 || byte == 0x69 ||
                     (byte >= 0x6a && byte <= 0x6e) || (byte >= 0x71 && byte <= 0x74);
        ck_assert_msg(status == (known   ? OK
                                 : later ? ERR_UNSUPPORTED
                                         : ERR_MALFORMED),
                      "0x%02x: %d %s", byte, status, e.text);
        ck_assert_msg(!known || (t == byte && reader_offset(&r) == 1), "0x%02x", byte);
    }
}
END_TEST

START_TEST(references_can_be_off)
{
    struct decode_config config = fixture_config();
    config.features = 0;
    static const struct expectation rows[] = {
        {"01 [01 60 01 70 00]", ERR_UNSUPPORTED, 13, "\"reference-types\" (funcref), which is"},
        {"01 [01 60 00 01 6f]", ERR_UNSUPPORTED, 14, "\"reference-types\" (externref)"},
        {"04 [01 70 00 00]", OK, 0, NULL},
        {"04 [01 6f 00 00]", ERR_UNSUPPORTED, 11, "switched off"},
        {"04 [02 70 00 00 70 00 00]", ERR_UNSUPPORTED, 14, "(a second table)"},
    };
    expect_rows(&config, rows, sizeof rows / sizeof *rows);
}
END_TEST

START_TEST(table_limits)
{
    static const struct expectation rows[] = {
        {"04 [01 70 00 00]", OK, 0, NULL},
        {"04 [01 70 01 05 05]", OK, 0, NULL},
        {"04 [01 70 01 05 04]", ERR_INVALID, 12, "minimum must not be greater than maximum"},
        {"04 [01 70 00 ff ff ff ff 0f]", OK, 0, NULL},
        {"04 [01 70 00 80 80 80 80 10]", ERR_INVALID, 12, "table size 4294967296"},
        {"04 [01 70 01 00 80 80 80 80 10]", ERR_INVALID, 12, "at most 4294967295"},
        {"04 [01 70 02 00]", ERR_MALFORMED, 12, "malformed limits flags 0x02"},
        {"04 [01 70 08 00]", ERR_MALFORMED, 12, "malformed limits flags"},
        {"04 [01 70 04 00]", ERR_UNSUPPORTED, 12, "\"memory64\""},
        {"04 [01 70 81 00 00]", ERR_MALFORMED, 12, "malformed limits flags 0x81"},
        {"04 [01 7f 00 00]", ERR_MALFORMED, 11, "malformed reference type"},
        {"04 [01 7b 00 00]", ERR_MALFORMED, 11, "malformed reference type"},
        {"04 [01 6e 00 00]", ERR_UNSUPPORTED, 11, "\"gc\""},
        {"04 [01 40 00 70 00 00 d0 70 0b]", ERR_UNSUPPORTED, 11, "\"function-references\""},
    };
    EXPECT(rows);
}
END_TEST

START_TEST(memory_limits)
{
    static const struct expectation rows[] = {
        {"05 [01 00 00]", OK, 0, NULL},
        {"05 [01 01 01 02]", OK, 0, NULL},
        {"05 [01 00 80 80 04]", OK, 0, NULL},
        {"05 [01 00 81 80 04]", ERR_INVALID, 11, "memory size 65537: must be at most 65536"},
        {"05 [01 01 00 81 80 04]", ERR_INVALID, 11, "memory size 65537"},
        {"05 [01 01 02 01]", ERR_INVALID, 11, "memory of 2 to 1"},
        {"05 [01 00 80 80 80 80 10]", ERR_INVALID, 11, "memory size 4294967296"},
        {"05 [01 00 80 80 80 80 80 80 80 80 80 80 00]", ERR_MALFORMED, 12, "too long"},
        {"05 [01 10 00]", ERR_MALFORMED, 11, "malformed limits flags 0x10"},
        {"05 [01 03 01 02]", ERR_UNSUPPORTED, 11, "\"threads\" (a shared memory)"},
        {"05 [01 04 01]", ERR_UNSUPPORTED, 11, "\"memory64\""},
        {"05 [01 08 01 00]", ERR_UNSUPPORTED, 11, "\"custom-page-sizes\""},
        {"05 [01 09 01 02 10]", ERR_UNSUPPORTED, 11, "\"custom-page-sizes\""},
        {"05 [01 08 01]", ERR_MALFORMED, 11, "malformed limits flags 0x08"},
        {"05 [01 81 00 00]", ERR_MALFORMED, 11, "malformed limits flags"},
        {"05 [02 00 00 00 00]", ERR_UNSUPPORTED, 13, "\"multi-memory\" (a second memory)"},
        {"02 [01 [] [] 02 00 00] 05 [01 00 00]", ERR_UNSUPPORTED, 19, "\"multi-memory\""},
    };
    EXPECT(rows);
}
END_TEST

START_TEST(global_types)
{
    static const struct expectation rows[] = {
        {"06 [01 7f 00 41 00 0b]", OK, 0, NULL},
        {"06 [01 7e 01 42 00 0b]", OK, 0, NULL},
        {"06 [01 7f 02 41 00 0b]", ERR_MALFORMED, 12, "malformed mutability: 0x02"},
        {"06 [01 60 00 41 00 0b]", ERR_MALFORMED, 11, "malformed value type"},
        {"06 [01 7b 00 41 00 0b]", ERR_INVALID, 13, "must give v128, found i32"},
    };
    EXPECT(rows);
}
END_TEST

START_TEST(heap_types)
{
    static const struct expectation rows[] = {
        {"06 [01 70 00 d0 70 0b]", OK, 0, NULL},
        {"06 [01 6f 00 d0 6f 0b]", OK, 0, NULL},
        {"06 [01 70 00 d0 7f 0b]", ERR_MALFORMED, 14, "malformed reference type"},
        {"06 [01 70 00 d0 6e 0b]", ERR_UNSUPPORTED, 14, "\"gc\""},
        {"06 [01 70 00 d0 00 0b]", ERR_UNSUPPORTED, 14, "\"function-references\""},
        {"06 [01 70 00 d0 63 0b]", ERR_MALFORMED, 14, "malformed heap type"},
        {"06 [01 70 00 d0 f0 7f 0b]", ERR_MALFORMED, 14, "malformed heap type"},
    };
    EXPECT(rows);
}
END_TEST

Suite *suite_valtypes(void)
{
    return SUITE_OF("module/valtypes", every_byte_as_value_type, references_can_be_off,
                    table_limits, memory_limits, global_types, heap_types);
}
