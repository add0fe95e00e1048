/* Exports, the start function, and finding exports by name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/engine/module/module_suites.h"

START_TEST(errors_and_where)
{
    static const struct expectation rows[] = {
        {"07 [01 ['a'] 00 00]", ERR_INVALID, 14, "unknown function 0: the module has 0"},
        {"07 [01 ['a'] 01 00]", ERR_INVALID, 14, "unknown table 0"},
        {"07 [01 ['a'] 02 00]", ERR_INVALID, 14, "unknown memory 0"},
        {"07 [01 ['a'] 03 05]", ERR_INVALID, 14, "unknown global 5"},
        {"07 [01 ['a'] 04 00]", ERR_UNSUPPORTED, 13, "\"exceptions\""},
        {"07 [01 ['a'] 05 00]", ERR_MALFORMED, 13, "malformed export kind 0x05"},
        {"07 [01 [80] 03 00]", ERR_MALFORMED, 12, "malformed UTF-8"},
        {"05 [01 00 00] 07 [02 ['a'] 02 00 ['b'] 02 00]", OK, 0, NULL},
        {"05 [01 00 00] 07 [02 ['a'] 02 00 ['a'] 02 00]", ERR_INVALID, 21,
         "duplicate export name \"a\": exports 0 and 1"},
        {"05 [01 00 00] 07 [03 [] 02 00 ['a'] 02 00 [] 02 00]", ERR_INVALID, 24,
         "duplicate export name \"\": exports 0 and 2"},
        {"05 [01 00 00] 07 [02 [0a 22] 02 00 [0a 22] 02 00]", ERR_INVALID, ANY_OFFSET,
         "name \"\\0a\\22\""},
    };
    EXPECT(rows);
}
END_TEST

START_TEST(start_functions)
{
    static const struct expectation rows[] = {
        {"01 [01 60 00 00] 03 [01 00] 08 [00] 0a [01 [00 0b]]", OK, 0, NULL},
        {"01 [01 60 00 00] 03 [01 00] 08 [01] 0a [01 [00 0b]]", ERR_INVALID, 20,
         "unknown function 1"},
        {"01 [01 60 01 7f 00] 03 [01 00] 08 [00] 0a [01 [00 0b]]", ERR_INVALID, 21,
         "start function 0 must be of type () -> (), found (i32) -> ()"},
        {"01 [01 60 00 01 7f] 03 [01 00] 08 [00] 0a [01 [00 00 0b]]", ERR_INVALID, 21,
         "found () -> (i32)"},
    };
    EXPECT(rows);
    struct module m = decode_good("01 [01 60 00 00] 02 [01 [] [] 00 00] 08 [00]");
    ck_assert(m.has_start && m.start == 0);
    module_fini(&m);
}
END_TEST

START_TEST(every_name_is_found)
{
    /* Names of many lengths, in an order that is not the sorted one. */
    enum { COUNT = 777 };
    char *text = malloc(COUNT * 80 + 100), *p = text;
    p += sprintf(p, "05 [01 00 00] 07 [#%d ", COUNT);
    for (int i = 0; i < COUNT; i++) {
        p += sprintf(p, "['");
        for (int j = 0; j <= i * 7 % 13; j++)
            *p++ = (char)('a' + (i * 31 + j) % 26);
        p += sprintf(p, "%d'] 02 00 ", i * 389 % COUNT);
    }
    strcpy(p, "]");
    struct module m = decode_good(text);
    for (uint32_t i = 0; i < COUNT; i++) {
        const cupel_name_t *name = &m.exports[i].name;
        ck_assert_ptr_eq(module_find_export(&m, name->data, name->len), &m.exports[i]);
        /* A shorter name is found only if it is there itself. */
        const struct export *e = module_find_export(&m, name->data, name->len - 1);
        ck_assert(!e || (e->name.len == name->len - 1 &&
                         memcmp(e->name.data, name->data, e->name.len) == 0));
    }
    ck_assert_ptr_null(module_find_export(&m, "", 0));
    ck_assert_ptr_null(module_find_export(&m, "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", 31));
    module_fini(&m);
    free(text);
    m = decode_good("");
    ck_assert_ptr_null(module_find_export(&m, "", 0));
    module_fini(&m);
}
END_TEST

START_TEST(names_may_hold_anything)
{
    struct module m = decode_good("05 [01 00 00] 07 [03 [] 02 00 [00] 02 00 [00 00] 02 00]");
    ck_assert_ptr_eq(module_find_export(&m, "", 0), &m.exports[0]);
    ck_assert_ptr_eq(module_find_export(&m, "\0", 1), &m.exports[1]);
    ck_assert_ptr_eq(module_find_export(&m, "\0\0", 2), &m.exports[2]);
    module_fini(&m);
}
END_TEST

Suite *suite_section_exports(void)
{
    return SUITE_OF("module/section_exports", errors_and_where, start_functions,
                    every_name_is_found, names_may_hold_anything);
}
