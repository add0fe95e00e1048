/*
 * The assembler writes a bracket's contents to a buffer of their own first, since their number comes
 * before them; everything else is one pass over the text.
 */
#include "tests/engine/decode_fixture.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct output {
    uint8_t *data;
    size_t len, cap;
};

static void put(struct output *out, uint8_t byte)
{
    if (out->len == out->cap) {
        out->cap = out->cap * 2 + 64;
        out->data = realloc(out->data, out->cap);
        if (!out->data)
            abort();
    }
    out->data[out->len++] = byte;
}

static void put_leb(struct output *out, uint64_t value)
{
    do {
        uint8_t byte = value & 0x7f;
        value >>= 7;
        put(out, value ? byte | 0x80 : byte);
    } while (value);
}

static void bad_text(const char *at)
{
    fprintf(stderr, "not a module's text: %.40s\n", at);
    abort();
}

/* Up to the end of the text or a closing bracket; returns what is behind it. */
static const char *assemble_into(struct output *out, const char *s)
{
    while (*s && *s != ']') {
        char *end = NULL;
        if (isspace((unsigned char)*s)) {
            s++;
        } else if (*s == '[') {
            struct output inner = {0};
            s = assemble_into(&inner, s + 1);
            if (*s++ != ']')
                bad_text(s - 1);
            put_leb(out, inner.len);
            for (size_t i = 0; i < inner.len; i++)
                put(out, inner.data[i]);
            free(inner.data);
        } else if (*s == '\'') {
            for (s++; *s && *s != '\''; s++)
                put(out, (uint8_t)*s);
            if (*s++ != '\'')
                bad_text(s - 1);
        } else if (*s == '#') {
            put_leb(out, strtoull(s + 1, &end, 10));
            s = end;
        } else if (*s == '*' && out->len > 0) {
            unsigned long count = strtoul(s + 1, &end, 10);
            for (uint8_t last = out->data[out->len - 1]; count > 1; count--)
                put(out, last);
            s = end;
        } else {
            unsigned long byte = strtoul(s, &end, 16);
            if (end != s + 2 || byte > 255)
                bad_text(s);
            put(out, (uint8_t)byte);
            s = end;
        }
    }
    return s;
}

struct bytes assemble(const char *text)
{
    struct output out = {0};
    const char *end = assemble_into(&out, text);
    if (*end)
        bad_text(end);
    if (!out.data)
        out.data = malloc(1);
    return (struct bytes){out.data, out.len};
}

struct bytes assemble_module(const char *text)
{
    struct output out = {0};
    const char *end = assemble_into(&out, "00 'asm' 01 00 00 00");
    end = assemble_into(&out, text);
    if (*end)
        bad_text(end);
    return (struct bytes){out.data, out.len};
}

struct decode_config fixture_config(void)
{
    static struct type_registry *types;
    if (!types)
        types = type_registry_new();
    return (struct decode_config){
        .types = types,
        .features = FEATURE_BIT(MVP) | FEATURE_BIT(MUTABLE_GLOBAL) | FEATURE_BIT(SIGN_EXTENSION) |
                    FEATURE_BIT(SATURATING_FLOAT_TO_INT) | FEATURE_BIT(MULTI_VALUE) |
                    FEATURE_BIT(BULK_MEMORY) | FEATURE_BIT(REFERENCE_TYPES) | FEATURE_BIT(SIMD) |
                    FEATURE_BIT(RELAXED_SIMD),
    };
}

struct decode_config fixture_config_all(void)
{
    struct decode_config config = fixture_config();
    for (int f = 0; f < FEATURE_COUNT; f++) {
        if (feature_info[f].implemented)
            config.features |= UINT64_C(1) << f;
    }
    return config;
}

enum status check_bytes(const struct decode_config *config, const uint8_t *bytes, size_t len,
                        struct errinfo *err, uint64_t *features)
{
    struct module m;
    struct validator v = {0};
    errinfo_init(err);
    enum status status = module_decode(&m, config, bytes, len, err);
    if (status != OK)
        return status;
    for (uint32_t f = m.nimported_funcs; f < m.nfuncs && status == OK; f++)
        status = validate_func(&v, &m, config, f, err);
    if (features)
        *features = m.features_used | v.features_used;
    validator_fini(&v);
    module_fini(&m);
    return status;
}

enum status check_text(const struct decode_config *config, const char *text, struct errinfo *err,
                       uint64_t *features)
{
    struct bytes b = assemble_module(text);
    /* Of exactly this size, so that a sanitizer sees a step too far. */
    enum status status = check_bytes(config, b.data, b.len, err, features);
    free(b.data);
    return status;
}

void expect_rows(const struct decode_config *config, const struct expectation *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct expectation *row = &rows[i];
        struct errinfo err;
        enum status status = check_text(config, row->module, &err, NULL);
        ck_assert_msg(status == row->status, "row %zu (%s): status %d instead of %d: %s", i,
                      row->module, status, row->status, err.text);
        ck_assert_msg(err.status == status, "row %zu: %d in the error, %d returned", i, err.status,
                      status);
        if (status == OK)
            continue;
        if (row->offset != ANY_OFFSET)
            ck_assert_msg(err.offset == row->offset, "row %zu (%s): offset %lld, not %lld: %s", i,
                          row->module, (long long)err.offset, (long long)row->offset, err.text);
        ck_assert_msg(!row->says || strstr(err.text, row->says),
                      "row %zu (%s): \"%s\" does not say \"%s\"", i, row->module, err.text,
                      row->says);
    }
}

struct module decode_good(const char *text)
{
    struct decode_config config = fixture_config();
    struct errinfo err;
    struct module m;
    struct bytes b = assemble_module(text);
    enum status status = module_decode(&m, &config, b.data, b.len, &err);
    ck_assert_msg(status == OK, "%s: %s", text, err.text);
    free(b.data);
    return m;
}

int run_suites(Suite *(*const suites[])(void))
{
    SRunner *runner = srunner_create(suites[0]());
    for (size_t i = 1; suites[i]; i++)
        srunner_add_suite(runner, suites[i]());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

Suite *suite_of(const char *name, const TTest *const tests[], size_t count)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    tcase_set_timeout(tcase, 60);
    for (size_t i = 0; i < count; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    return suite;
}
