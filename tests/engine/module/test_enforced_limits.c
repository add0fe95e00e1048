/* Each limit on modules, at the value and one above. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/engine/module/module_suites.h"

/* Modules with two of a thing. */
static const struct {
    const char *limit;
    size_t field; /* offset of a uint32_t in the limits */
    const char *module;
} rows[] = {
#define FIELD(name) #name, offsetof(cupel_enforced_limits_t, name)
    {FIELD(types), "01 [02 60 00 00 60 00 00]"},
    {FIELD(functions), "01 [01 60 00 00] 03 [02 00 00] 0a [02 [00 0b] [00 0b]]"},
    {FIELD(functions), "01 [01 60 00 00] 02 [01 [] [] 00 00] 03 [01 00] 0a [01 [00 0b]]"},
    {FIELD(functions), "01 [01 60 00 00] 02 [02 [] [] 00 00 [] [] 00 00]"},
    {FIELD(globals), "06 [02 7f 00 41 00 0b 7f 00 41 00 0b]"},
    {FIELD(globals), "02 [02 [] [] 03 7f 00 [] [] 03 7f 00]"},
    {FIELD(globals), "02 [01 [] [] 03 7f 00] 06 [01 7f 00 41 00 0b]"},
    {FIELD(tables), "04 [02 70 00 00 70 00 00]"},
    {FIELD(tables), "02 [01 [] [] 01 70 00 00] 04 [01 70 00 00]"},
    {FIELD(imports), "02 [02 [] [] 03 7f 00 [] [] 03 7f 00]"},
    {FIELD(exports), "05 [01 00 00] 07 [02 [] 02 00 ['a'] 02 00]"},
    {FIELD(element_segments), "09 [02 01 00 00 01 00 00]"},
    {FIELD(data_segments), "0b [02 01 00 01 00]"},
    {FIELD(data_segments), "0c [02] 0b [02 01 00 01 00]"},
    {FIELD(params), "01 [01 60 02 7f 7f 00]"},
    {FIELD(results), "01 [01 60 00 02 7f 7f]"},
    {FIELD(locals), "01 [01 60 01 7f 00] 03 [01 00] 0a [01 [01 01 7f 0b]]"},
    {FIELD(locals), "01 [01 60 00 00] 03 [01 00] 0a [01 [02 01 7f 01 7e 0b]]"},
    {FIELD(function_bytes), "01 [01 60 00 00] 03 [01 00] 0a [01 [00 0b]]"},
    {FIELD(operand_height), "01 [01 60 00 00] 03 [01 00] 0a [01 [00 41 00 41 00 1a 1a 0b]]"},
    {FIELD(operand_height), "01 [02 60 00 00 60 00 02 7f 7f] 03 [02 00 01]"
                            "0a [02 [00 10 01 1a 1a 0b] [00 00 0b]]"},
    {FIELD(operand_height), "01 [01 60 00 00] 03 [01 00] 0a [01 [00 00 41 00 41 00 0c 00 0b]]"},
    {FIELD(nesting), "01 [01 60 00 00] 03 [01 00] 0a [01 [00 02 40 02 40 0b 0b 0b]]"},
    {FIELD(br_table_targets), "01 [01 60 00 00] 03 [01 00] 0a [01 [00 41 00 0e 02 00 00 00 0b]]"},
#undef FIELD
};

START_TEST(hold_at_two_and_not_at_one)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct decode_config config = fixture_config();
        struct errinfo e;
        for (uint32_t value = 0; value <= 3; value++) {
            memcpy((char *)&config.limits + rows[i].field, &value, sizeof value);
            enum status status = check_text(&config, rows[i].module, &e, NULL);
            ck_assert_msg(status == (value == 1 ? ERR_LIMIT : OK), "row %zu, %s = %u: %d %s", i,
                          rows[i].limit, value, status, e.text);
            if (value == 1) {
                ck_assert_str_eq(e.limit, rows[i].limit);
                char says[80];
                snprintf(says, sizeof says, "limit \"%s\" exceeded: ", rows[i].limit);
                ck_assert_msg(strncmp(e.text, says, strlen(says)) == 0, "%s", e.text);
                ck_assert_msg(atoi(e.text + strlen(says)) >= 2, "%s", e.text);
                ck_assert_msg(strstr(e.text, ", at most 1"), "%s", e.text);
            }
        }
    }
}
END_TEST

/* `count` functions with bodies of `len` bytes. */
static enum status bodies(const struct decode_config *config, size_t count, size_t len,
                          struct errinfo *e)
{
    size_t size = 200 + count * 40;
    char *text = malloc(size), *p = text;
    if (count == 0)
        p += sprintf(p, "01 [01 60 00 00] 03 [00] 0a [00]");
    else
        p += sprintf(p, "01 [01 60 00 00] 03 [#%zu 00*%zu] 0a [#%zu ", count, count, count);
    for (size_t i = 0; i < count; i++)
        p += sprintf(p, "[00 01*%zu 0b]", len - 2);
    if (count > 0)
        strcpy(p, "]");
    enum status status = check_text(config, text, e, NULL);
    free(text);
    return status;
}

START_TEST(strict)
{
    struct decode_config config = fixture_config();
    cupel_enforced_limits_t *l = &config.limits;
    struct errinfo e;
    cupel_enforced_limits_strict(l);
    ck_assert_uint_eq(l->globals, 1000);
    ck_assert_uint_eq(l->functions, 10000);
    ck_assert_uint_eq(l->tables, 100);
    ck_assert_uint_eq(l->element_segments, 1000);
    ck_assert_uint_eq(l->memories, 1);
    ck_assert_uint_eq(l->data_segments, 1000);
    ck_assert_uint_eq(l->params, 32);
    ck_assert_uint_eq(l->results, 32);
    ck_assert_uint_eq(l->min_avg_function_bytes, 40);
    ck_assert_uint_eq(l->min_avg_function_bytes_from, 1000);
    ck_assert_int_eq(bodies(&config, 25, 40, &e), OK);
    ck_assert_int_eq(bodies(&config, 26, 39, &e), ERR_LIMIT);
    ck_assert_str_eq(e.limit, "min_avg_function_bytes");
    ck_assert_str_eq(e.text, "limit \"min_avg_function_bytes\" not met: 39 bytes on average "
                             "(1014 in 26 bodies), at least 40");
    ck_assert_int_eq(bodies(&config, 99, 10, &e), OK); /* below the total */
    ck_assert_int_eq(bodies(&config, 100, 10, &e), ERR_LIMIT);
}
END_TEST

START_TEST(average_of_no_bodies)
{
    struct decode_config config = fixture_config();
    struct errinfo e;
    config.limits.min_avg_function_bytes = 40; /* from 0 bytes on */
    ck_assert_int_eq(bodies(&config, 0, 0, &e), OK);
    ck_assert_int_eq(bodies(&config, 1, 39, &e), ERR_LIMIT);
    ck_assert_int_eq(bodies(&config, 1, 40, &e), OK);
    ck_assert_int_eq(check_text(&config, "", &e, NULL), OK);
}
END_TEST

START_TEST(one_memory)
{
    struct decode_config config = fixture_config();
    struct errinfo e;
    config.limits.memories = 1;
    ck_assert_int_eq(check_text(&config, "05 [01 00 00]", &e, NULL), OK);
}
END_TEST

START_TEST(bytes_of_a_module)
{
    struct decode_config config = fixture_config();
    struct errinfo e;
    config.limits.module_bytes = 11;
    ck_assert_int_eq(check_text(&config, "01 [00]", &e, NULL), OK);
    config.limits.module_bytes = 10;
    ck_assert_int_eq(check_text(&config, "01 [00]", &e, NULL), ERR_LIMIT);
    ck_assert_str_eq(e.limit, "module_bytes");
}
END_TEST

START_TEST(the_engine_has_its_own)
{
    struct decode_config config = fixture_config();
    ck_assert_uint_eq(limit_locals(&config), 50000);
    config.limits.locals = 60000;
    ck_assert_uint_eq(limit_locals(&config), 50000);
    config.limits.locals = 40000;
    ck_assert_uint_eq(limit_locals(&config), 40000);
    config.limits.code_bytes = UINT64_MAX;
    ck_assert_uint_eq(limit_code_bytes(&config), UINT64_C(1) << 31);
}
END_TEST

START_TEST(of_the_engine_hold)
{
    static const struct expectation at[] = {
        {"01 [01 60 00 00] 03 [01 00] 0a [01 [01 #50000 7f 0b]]", OK, 0, NULL},
        {"01 [01 60 00 00] 03 [01 00] 0a [01 [01 #50001 7f 0b]]", ERR_LIMIT, ANY_OFFSET,
         "\"locals\" exceeded: 50001, at most 50000"},
        {"01 [01 60 00 00] 03 [01 00] 0a [01 [01 #4294967295 7f 0b]]", ERR_LIMIT, ANY_OFFSET, NULL},
        {"01 [01 60 00 00] 03 [01 00] 0a [01 [02 #4294967295 7f 01 7e 0b]]", ERR_MALFORMED,
         ANY_OFFSET, "too many locals: 4294967296"},
        {"01 [01 60 00 00] 03 [01 00] 0a [01 [00 41 00 0e #65520 00*65521 0b]]", OK, 0, NULL},
        {"01 [01 60 00 00] 03 [01 00] 0a [01 [00 41 00 0e #65521 00*65522 0b]]", ERR_LIMIT,
         ANY_OFFSET, "\"br_table_targets\" exceeded: 65521"},
        {"01 [01 60 00 00] 03 [01 00] 0a [01 [00 00 45*3000 0b]]", ERR_INVALID, ANY_OFFSET, NULL},
    };
    EXPECT(at);
}
END_TEST

/* A function of `depth` blocks within one another. */
static enum status nest(const struct decode_config *config, size_t depth, struct errinfo *e)
{
    char *text = malloc(depth * 6 + 200), *p = text;
    p = stpcpy(p, "01 [01 60 00 00] 03 [01 00] 0a [01 [00 ");
    for (size_t i = 0; i < depth; i++)
        p = stpcpy(p, "02 40 ");
    p += sprintf(p, "0b*%zu]]", depth + 1);
    enum status status = check_text(config, text, e, NULL);
    free(text);
    return status;
}

START_TEST(of_nesting_hold)
{
    struct decode_config config = fixture_config();
    struct errinfo e;
    ck_assert_int_eq(nest(&config, 10000, &e), OK);
    ck_assert_int_eq(nest(&config, 10001, &e), ERR_LIMIT);
    ck_assert_str_eq(e.limit, "nesting");
    ck_assert_uint_eq(e.func, 0);
}
END_TEST

Suite *suite_enforced_limits(void)
{
    return SUITE_OF("module/enforced_limits", hold_at_two_and_not_at_one, strict,
                    average_of_no_bodies, one_memory, bytes_of_a_module, the_engine_has_its_own,
                    of_the_engine_hold, of_nesting_hold);
}
