/* LEB128 numbers at every boundary, names, vectors' lengths, and the ends of the input. */
#include "engine/module/reader.h"

#include <stdlib.h>
#include <string.h>

#include "tests/engine/module/module_suites.h"

enum kind { U32, U64, S32, S33, S64 };

static enum status read_kind(struct reader *r, enum kind kind, uint64_t *out)
{
    uint32_t u32 = 0;
    int32_t s32 = 0;
    int64_t s64 = 0;
    enum status status;
    switch (kind) {
    case U32:
        status = reader_u32(r, &u32, "x");
        *out = u32;
        return status;
    case S32:
        status = reader_s32(r, &s32, "x");
        *out = (uint64_t)(int64_t)s32;
        return status;
    case S33:
        status = reader_s33(r, &s64, "x");
        break;
    case S64:
        status = reader_s64(r, &s64, "x");
        break;
    default:
        return reader_u64(r, out, "x");
    }
    *out = (uint64_t)s64;
    return status;
}

static const struct {
    enum kind kind;
    const char *text;
    uint64_t value;
    const char *error; /* NULL: fine */
} numbers[] = {
    {U32, "00", 0, NULL},
    {U32, "7f", 127, NULL},
    {U32, "80 01", 128, NULL},
    {U32, "80 80 80 80 00", 0, NULL},
    {U32, "ff ff ff ff 0f", UINT32_MAX, NULL},
    {U32, "ff ff ff ff 1f", 0, "too large"},
    {U32, "80 80 80 80 70", 0, "too large"},
    {U32, "80 80 80 80 80 00", 0, "too long"},
    {U32, "ff ff ff ff ff", 0, "too long"},
    {U32, "", 0, "unexpected end"},
    {U32, "80", 0, "unexpected end"},
    {U32, "80 80 80 80", 0, "unexpected end"},
    {S32, "00", 0, NULL},
    {S32, "40", (uint64_t)-64, NULL},
    {S32, "3f", 63, NULL},
    {S32, "7f", (uint64_t)-1, NULL},
    {S32, "ff ff ff ff 07", INT32_MAX, NULL},
    {S32, "80 80 80 80 78", (uint64_t)INT32_MIN, NULL},
    {S32, "ff ff ff ff 7f", (uint64_t)-1, NULL},
    {S32, "ff ff ff ff 0f", 0, "too large"},
    {S32, "80 80 80 80 70", 0, "too large"},
    {S32, "80 80 80 80 08", 0, "too large"},
    {S32, "80 80 80 80 80 00", 0, "too long"},
    {S33, "ff ff ff ff 0f", UINT32_MAX, NULL},
    {S33, "80 80 80 80 70", (uint64_t)INT32_MIN * 2, NULL},
    {S33, "ff ff ff ff 1f", 0, "too large"},
    {S33, "80 80 80 80 60", 0, "too large"},
    {U64, "ff ff ff ff ff ff ff ff ff 01", UINT64_MAX, NULL},
    {U64, "ff ff ff ff ff ff ff ff ff 02", 0, "too large"},
    {U64, "80 80 80 80 80 80 80 80 80 80 00", 0, "too long"},
    {S64, "ff ff ff ff ff ff ff ff ff 00", INT64_MAX, NULL},
    {S64, "80 80 80 80 80 80 80 80 80 7f", (uint64_t)INT64_MIN, NULL},
    {S64, "ff ff ff ff ff ff ff ff ff 7f", UINT64_MAX, NULL},
    {S64, "ff ff ff ff ff ff ff ff ff 01", 0, "too large"},
    {S64, "80 80 80 80 80 80 80 80 80 7e", 0, "too large"},
    {S64, "80 80 80 80 80 80 80 80 80 80 00", 0, "too long"},
    {S64, "80 80 80 80 80 80 80 80 80", 0, "unexpected end"},
};

START_TEST(numbers_at_their_boundaries)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct bytes b = assemble(numbers[i].text);
        struct errinfo e;
        struct reader r;
        uint64_t value = 0;
        errinfo_init(&e);
        reader_init(&r, b.data, b.len, &e);
        enum status status = read_kind(&r, numbers[i].kind, &value);
        if (numbers[i].error) {
            ck_assert_msg(status == ERR_MALFORMED && strstr(e.text, numbers[i].error),
                          "row %zu: %d %s", i, status, e.text);
            ck_assert_msg(r.p == b.data && e.offset == 0, "row %zu moved", i);
        } else {
            ck_assert_msg(status == OK && value == numbers[i].value, "row %zu: %s %llx", i, e.text,
                          (unsigned long long)value);
            ck_assert_msg(r.p == r.end, "row %zu: %zu left", i, reader_left(&r));
        }
        free(b.data);
    }
}
END_TEST

/* Writes a number as short as can be, signed or not. */
static size_t write_leb(uint8_t *out, int64_t value, bool is_signed)
{
    uint64_t u = (uint64_t)value;
    for (size_t n = 0;; n++) {
        uint8_t byte = u & 0x7f;
        u = is_signed ? (uint64_t)((int64_t)u >> 7) : u >> 7;
        bool last = is_signed ? u == (byte & 0x40 ? UINT64_MAX : 0) : u == 0;
        out[n] = last ? byte : byte | 0x80;
        if (last)
            return n + 1;
    }
}

START_TEST(numbers_round_trip)
{
    for (unsigned shift = 0; shift < 64; shift++) {
        for (int64_t near = -2; near <= 2; near++) {
            int64_t value = (int64_t)((UINT64_C(1) << shift) + (uint64_t)near), got = 0;
            uint64_t ugot = 0;
            uint8_t buf[12];
            struct reader r;
            reader_init(&r, buf, write_leb(buf, value, true), NULL);
            ck_assert_int_eq(reader_s64(&r, &got, "x"), OK);
            ck_assert(got == value && r.p == r.end);
            reader_init(&r, buf, write_leb(buf, value, false), NULL);
            ck_assert_int_eq(reader_u64(&r, &ugot, "x"), OK);
            ck_assert(ugot == (uint64_t)value && r.p == r.end);
        }
    }
}
END_TEST

START_TEST(floats_are_bits)
{
    struct bytes b = assemble("00 00 a0 7f  01 00 00 00 00 00 f4 7f  00");
    struct errinfo e;
    struct reader r;
    uint32_t f32;
    uint64_t f64;
    reader_init(&r, b.data, b.len, &e);
    ck_assert_int_eq(reader_f32(&r, &f32, "x"), OK);
    ck_assert_int_eq(reader_f64(&r, &f64, "x"), OK);
    ck_assert_uint_eq(f32, 0x7fa00000);
    ck_assert_uint_eq(f64, UINT64_C(0x7ff4000000000001));
    ck_assert_int_eq(reader_f32(&r, &f32, "a float"), ERR_MALFORMED);
    ck_assert_uint_eq(e.offset, 12);
    ck_assert_int_eq(reader_f64(&r, &f64, "a float"), ERR_MALFORMED);
    ck_assert_str_eq(e.text, "unexpected end: a float expected");
    free(b.data);
}
END_TEST

START_TEST(names_are_utf8)
{
    struct bytes b = assemble("['abc'] [] [61 c3 28] 05 61");
    struct errinfo e;
    struct reader r;
    cupel_name_t name;
    reader_init(&r, b.data, b.len, &e);
    r.func = 3;
    ck_assert_int_eq(reader_name(&r, &name, "a name"), OK);
    ck_assert(name.len == 3 && memcmp(name.data, "abc", 3) == 0);
    ck_assert_int_eq(reader_name(&r, &name, "a name"), OK);
    ck_assert_uint_eq(name.len, 0);
    ck_assert_int_eq(reader_name(&r, &name, "a name"), ERR_MALFORMED);
    ck_assert_uint_eq(e.offset, 7);
    ck_assert_uint_eq(e.func, 3);
    ck_assert_uint_eq(reader_offset(&r), 5);
    r.p += 4;
    ck_assert_int_eq(reader_name(&r, &name, "a name"), ERR_MALFORMED);
    ck_assert_uint_eq(e.offset, 9);
    ck_assert_ptr_nonnull(strstr(e.text, "5 bytes, but only 1 are left"));
    free(b.data);
}
END_TEST

START_TEST(counts_need_their_items)
{
    struct bytes b = assemble("04 00 00 00 00 00 00 00 00");
    struct errinfo e;
    struct reader r;
    uint32_t count;
    reader_init(&r, b.data, b.len, &e);
    ck_assert_int_eq(reader_count(&r, 2, "things", 4, &count, "things"), OK);
    ck_assert_uint_eq(count, 4);
    r.p = b.data;
    ck_assert_int_eq(reader_count(&r, 3, "things", 4, &count, "things"), ERR_MALFORMED);
    ck_assert_ptr_eq(r.p, b.data);
    ck_assert_int_eq(reader_count(&r, 2, "things", 3, &count, "things"), ERR_LIMIT);
    ck_assert_str_eq(e.limit, "things");
    ck_assert_ptr_eq(r.p, b.data);
    free(b.data);
}
END_TEST

START_TEST(bytes_are_bounded)
{
    struct bytes b = assemble("01 02 03");
    struct errinfo e;
    struct reader r;
    const uint8_t *p;
    uint8_t byte;
    reader_init(&r, b.data, b.len, &e);
    ck_assert_int_eq(reader_bytes(&r, 4, &p, "bytes"), ERR_MALFORMED);
    ck_assert_int_eq(reader_bytes(&r, SIZE_MAX, &p, "bytes"), ERR_MALFORMED);
    ck_assert_int_eq(reader_bytes(&r, 3, &p, "bytes"), OK);
    ck_assert_ptr_eq(p, b.data);
    ck_assert_int_eq(reader_u8(&r, &byte, "a byte"), ERR_MALFORMED);
    ck_assert_uint_eq(e.offset, 3);
    free(b.data);
}
END_TEST

Suite *suite_reader(void)
{
    return SUITE_OF("module/reader", numbers_at_their_boundaries, numbers_round_trip,
                    floats_are_bits, names_are_utf8, counts_need_their_items, bytes_are_bounded);
}
