/* Immediates of every kind, in short and long forms, and the ways they can be wrong. */
#include "engine/module/instr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/engine/module/module_suites.h"

/* Decodes one instruction of a module with a data count section and three types; the text is all
 * there is to read. */
static enum status decode_in(const struct decode_config *config, const char *text, struct instr *in,
                             struct errinfo *e, size_t *left)
{
    struct bytes b = assemble(text);
    struct module m = decode_good("01 [03 60 00 00 60 01 7f 02 7e 7e 60 00 01 7d] 0c [00]");
    struct reader r;
    errinfo_init(e);
    reader_init(&r, b.data, b.len, e);
    r.func = 5;
    enum status status = instr_decode(&r, &m, config, in);
    *left = reader_left(&r);
    module_fini(&m);
    free(b.data);
    return status;
}

/* The instruction alone, or with more behind it, which lets short forms take the inline path. */
static struct instr good(const char *text, bool more)
{
    struct decode_config config = fixture_config();
    char longer[80];
    struct errinfo e;
    struct instr in;
    size_t left;
    snprintf(longer, sizeof longer, "%s%s", text, more ? " 0b 0b 0b" : "");
    enum status status = decode_in(&config, longer, &in, &e, &left);
    ck_assert_msg(status == OK && left == (more ? 3 : 0), "%s: %s, %zu left", text, e.text, left);
    ck_assert_uint_eq(in.offset, 0);
    return in;
}

#define GOOD(text, condition)                                                                      \
    do {                                                                                           \
        struct instr in = good(text, false);                                                       \
        ck_assert_msg(condition, "%s is not %s", text, #condition);                                \
        in = good(text, true);                                                                     \
        ck_assert_msg(condition, "%s, with more behind it, is not %s", text, #condition);          \
    } while (0)

START_TEST(indices)
{
    GOOD("20 05", in.op == OP_LOCAL_GET && in.of.index == 5);
    GOOD("20 85 00", in.of.index == 5);
    GOOD("20 80 01", in.of.index == 128);
    GOOD("20 ff ff ff ff 0f", in.of.index == UINT32_MAX);
    GOOD("10 07", in.op == OP_CALL && in.of.index == 7);
    GOOD("0c 02", in.op == OP_BR && in.of.index == 2);
    GOOD("23 03", in.op == OP_GLOBAL_GET && in.of.index == 3);
    GOOD("25 01", in.op == OP_TABLE_GET && in.of.index == 1);
    GOOD("d2 09", in.op == OP_REF_FUNC && in.of.index == 9);
    GOOD("3f 00", in.op == OP_MEMORY_SIZE && in.of.index == 0);
    GOOD("3f 80 00", in.of.index == 0);
    GOOD("fc 0d 04", in.op == OP_ELEM_DROP && in.of.index == 4);
    GOOD("fc 8d 00 04", in.op == OP_ELEM_DROP && in.of.index == 4);
    GOOD("6a", in.op == OP_I32_ADD);
}
END_TEST

START_TEST(pairs_of_indices)
{
    GOOD("11 02 01", in.op == OP_CALL_INDIRECT && in.of.two.index == 2 && in.of.two.index2 == 1);
    GOOD("fc 0c 03 04", in.op == OP_TABLE_INIT && in.of.two.index == 3 && in.of.two.index2 == 4);
    GOOD("fc 0e 01 02", in.op == OP_TABLE_COPY && in.of.two.index == 1 && in.of.two.index2 == 2);
    GOOD("fc 0a 00 00", in.op == OP_MEMORY_COPY);
    GOOD("fc 08 01 00", in.op == OP_MEMORY_INIT && in.of.two.index == 1 && in.of.two.index2 == 0);
}
END_TEST

START_TEST(vectors)
{
    GOOD("fd 0c 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f",
         in.op == OP_V128_CONST && in.of.bytes[0] == 0 && in.of.bytes[15] == 15);
    GOOD("fd 0d 1f 1e 1d 1c 1b 1a 19 18 17 16 15 14 13 12 11 10",
         in.op == OP_I8X16_SHUFFLE && in.of.bytes[0] == 31 && in.of.bytes[15] == 16);
    GOOD("fd 15 0a", in.op == OP_I8X16_EXTRACT_LANE_S && in.of.lane == 10);
    GOOD("fd 54 00 03 0f",
         in.op == OP_V128_LOAD8_LANE && in.of.memarg.offset == 3 && in.of.memarg.lane == 15);
    GOOD("fd ae 01", in.op == OP_I32X4_ADD);
    GOOD("fd 80 02", in.op == OP_I8X16_RELAXED_SWIZZLE);
    GOOD("02 7b", in.op == OP_BLOCK && in.of.block.single == VT_V128);
}
END_TEST

START_TEST(constants)
{
    GOOD("41 7f", in.of.bits == UINT32_MAX);
    GOOD("41 3f", in.of.bits == 63);
    GOOD("41 40", in.of.bits == UINT32_MAX - 63);
    GOOD("41 ff 7f", in.of.bits == UINT32_MAX);
    GOOD("41 80 80 80 80 78", in.of.bits == UINT64_C(0x80000000));
    GOOD("42 7f", in.of.bits == UINT64_MAX);
    GOOD("43 01 02 03 04", in.of.bits == 0x04030201);
    GOOD("44 01 02 03 04 05 06 07 08", in.of.bits == UINT64_C(0x0807060504030201));
}
END_TEST

START_TEST(memory_arguments)
{
    GOOD("28 02 10", in.op == OP_I32_LOAD && in.of.memarg.align == 2 && in.of.memarg.offset == 16 &&
                         in.of.memarg.memory == 0);
    GOOD("28 02 ff ff ff ff 0f", in.of.memarg.offset == UINT32_MAX);
    GOOD("28 82 00 80 80 80 80 10", in.of.memarg.align == 2 && in.of.memarg.offset == UINT64_C(1)
                                                                                          << 32);
    GOOD("28 3f 00", in.of.memarg.align == 63);
    GOOD("28 7f 00", in.of.memarg.align == 127);
}
END_TEST

START_TEST(block_types)
{
    GOOD("02 40", in.op == OP_BLOCK && in.of.block.nparams == 0 && in.of.block.nresults == 0 &&
                      !in.of.block.has_index);
    GOOD("03 7c", in.op == OP_LOOP && in.of.block.nresults == 1 &&
                      blocktype_results(&in.of.block)[0] == VT_F64);
    GOOD("04 6f", in.of.block.nresults == 1 && in.of.block.single == VT_EXTERNREF);
    GOOD("02 00", in.of.block.has_index && in.of.block.nresults == 0);
    GOOD("02 81 80 80 80 00", in.of.block.nparams == 1 && in.of.block.nresults == 2);
}
END_TEST

START_TEST(types)
{
    GOOD("d0 6f", in.op == OP_REF_NULL && in.of.type == VT_EXTERNREF);
    GOOD("1c 01 7e", in.op == OP_SELECT_T && in.of.type == VT_I64);
    GOOD("1c 81 00 70", in.of.type == VT_FUNCREF);
}
END_TEST

START_TEST(tables_of_labels)
{
    struct decode_config config = fixture_config();
    struct bytes b = assemble("0e 03 00 81 00 02 05 1a");
    struct module m = decode_good("");
    struct errinfo e;
    struct instr in;
    struct reader r;
    reader_init(&r, b.data, b.len, &e);
    ck_assert_int_eq(instr_decode(&r, &m, &config, &in), OK);
    ck_assert_uint_eq(reader_left(&r), 1);
    ck_assert_uint_eq(in.of.br_table.count, 3);
    static const uint32_t labels[] = {0, 1, 2, 5};
    for (int i = 0; i < 4; i++) {
        uint32_t label;
        ck_assert_int_eq(reader_u32(&in.of.br_table.at, &label, "x"), OK);
        ck_assert_uint_eq(label, labels[i]);
    }
    module_fini(&m);
    free(b.data);
}
END_TEST

START_TEST(errors_and_where)
{
    static const struct {
        const char *text;
        enum status status;
        uint64_t offset;
        const char *says;
    } rows[] = {
        {"", ERR_MALFORMED, 0, "an instruction expected"},
        {"20", ERR_MALFORMED, 1, "unexpected end: a local index expected"},
        {"20 80", ERR_MALFORMED, 1, "unexpected end"},
        {"20 80 80 80 80 10", ERR_MALFORMED, 1, "too large"},
        {"41 80 80 80 80 80 00", ERR_MALFORMED, 1, "too long"},
        {"43 00 00 00", ERR_MALFORMED, 1, "an f32 constant expected"},
        {"44 00 00 00 00 00 00 00", ERR_MALFORMED, 1, "an f64 constant expected"},
        {"fc", ERR_MALFORMED, 1, "an opcode expected"},
        {"02", ERR_MALFORMED, 1, "unexpected end"},
        {"02 7a", ERR_MALFORMED, 1, "malformed value type"},
        {"fd", ERR_MALFORMED, 1, "an opcode expected"},
        {"fd 0c 00 01 02 03", ERR_MALFORMED, 2, "a v128 constant"},
        {"fd 0d 00 01 02 03", ERR_MALFORMED, 2, "lane indices"},
        {"fd 15", ERR_MALFORMED, 2, "a lane index expected"},
        {"fd 54 00 00", ERR_MALFORMED, 4, "a lane index expected"},
        {"02 ff 7f", ERR_MALFORMED, 1, "malformed block type -1"},
        {"02 03", ERR_INVALID, 1, "unknown type 3 of a block: the module has 3"},
        {"02 ff ff ff ff 0f", ERR_INVALID, 1, "unknown type 4294967295"},
        {"0e 03 00 00", ERR_MALFORMED, 1, "number of br_table's targets is 3"},
        {"0e 02 00 00", ERR_MALFORMED, 4, "a label expected"},
        {"0e ff ff ff ff 0f 00", ERR_MALFORMED, 1, "is 4294967295"},
        {"1c 00", ERR_INVALID, 1, "select takes 1 type, not 0"},
        {"1c 02 7f 7f", ERR_INVALID, 1, "select takes 1 type, not 2"},
        {"1c 01 12", ERR_MALFORMED, 2, "malformed value type"},
        {"28 80 01 00", ERR_MALFORMED, 1, "malformed memop flags 128"},
        {"28 02", ERR_MALFORMED, 2, "an offset expected"},
        {"11 00", ERR_MALFORMED, 2, "a table index expected"},
        {"fc 0e 00", ERR_MALFORMED, 3, "a table index expected"},
        {"d0", ERR_MALFORMED, 1, "a heap type expected"},
    };
    struct decode_config config = fixture_config();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct errinfo e;
        struct instr in;
        size_t left;
        enum status status = decode_in(&config, rows[i].text, &in, &e, &left);
        ck_assert_msg(status == rows[i].status && strstr(e.text, rows[i].says), "%s: %d %s",
                      rows[i].text, status, e.text);
        ck_assert_msg(e.offset == rows[i].offset && e.func == 5, "%s: offset %llu", rows[i].text,
                      (unsigned long long)e.offset);
    }
}
END_TEST

START_TEST(data_indices_need_the_count)
{
    struct decode_config config = fixture_config();
    static const char *const texts[] = {"fc 09 00", "fc 08 00 00"};
    for (int i = 0; i < 2; i++) {
        struct bytes b = assemble(texts[i]);
        struct module m = decode_good("0b [01 01 []]");
        struct errinfo e;
        struct instr in;
        struct reader r;
        reader_init(&r, b.data, b.len, &e);
        ck_assert_int_eq(instr_decode(&r, &m, &config, &in), ERR_MALFORMED);
        ck_assert_ptr_nonnull(strstr(e.text, "data count section required"));
        module_fini(&m);
        free(b.data);
    }
}
END_TEST

START_TEST(labels_are_limited)
{
    struct decode_config config = fixture_config();
    struct errinfo e;
    struct instr in;
    size_t left;
    config.limits.br_table_targets = 2;
    ck_assert_int_eq(decode_in(&config, "0e 02 00 00 00", &in, &e, &left), OK);
    ck_assert_int_eq(decode_in(&config, "0e 03 00 00 00 00", &in, &e, &left), ERR_LIMIT);
    ck_assert_str_eq(e.limit, "br_table_targets");
}
END_TEST

START_TEST(immediates_can_be_off)
{
    struct decode_config config = fixture_config();
    struct errinfo e;
    struct instr in;
    size_t left;
    config.features &= ~(FEATURE_BIT(MULTI_VALUE) | FEATURE_BIT(REFERENCE_TYPES));
    ck_assert_int_eq(decode_in(&config, "02 7f", &in, &e, &left), OK);
    ck_assert_int_eq(decode_in(&config, "02 00", &in, &e, &left), ERR_UNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(e.text, "\"multi-value\""));
    ck_assert_int_eq(decode_in(&config, "02 70", &in, &e, &left), ERR_UNSUPPORTED);
    ck_assert_int_eq(decode_in(&config, "11 00 00", &in, &e, &left), OK);
    ck_assert_int_eq(decode_in(&config, "11 00 01", &in, &e, &left), ERR_UNSUPPORTED);
    ck_assert_uint_eq(e.offset, 2);
    ck_assert_ptr_nonnull(strstr(e.text, "\"reference-types\" (a table index of call_indirect)"));
}
END_TEST

Suite *suite_instr(void)
{
    return SUITE_OF("module/instr", indices, pairs_of_indices, vectors, constants, memory_arguments,
                    block_types, types, tables_of_labels, errors_and_where,
                    data_indices_need_the_count, labels_are_limited, immediates_can_be_off);
}
