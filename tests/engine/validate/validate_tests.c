/* All suites of the validation layer in one program, and the module that bodies are tested in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/engine/validate/validate_suites.h"

static void module_text(char *text, size_t size, const struct body *b)
{
    snprintf(text, size,
             "01 [06 60 00 00 60 02 7f 7e 02 7d 7c 60 [%s] [%s] 60 00 02 7f 7e 60 01 7f 01 7f"
             " 60 02 7f 7e 00]"
             "03 [03 00 01 02] 04 [02 70 00 0a 6f 00 0a] 05 [01 00 01]"
             "06 [03 7f 01 41 00 0b 7e 00 42 00 0b 6f 01 d0 6f 0b]"
             "09 [02 00 41 00 0b 01 00 05 6f 01 d0 6f 0b] 0c [01]"
             "0a [03 [00 0b] [00 43 00*4 44 00*8 0b] [%s %s]] 0b [01 01 ['data']]",
             b->params ? b->params : "", b->results ? b->results : "", b->locals ? b->locals : "00",
             b->code);
}

static enum status step_through(struct validator *v, const struct module *m,
                                const struct decode_config *config, uint32_t func,
                                struct errinfo *err)
{
    struct reader r;
    struct instr in;
    func_body_reader(m, func, &r, err);
    TRY(validator_begin(v, m, config, func, &r));
    do {
        TRY(instr_decode(&r, m, config, &in));
        TRY(validator_step(v, &in));
    } while (!validator_done(v));
    return validator_finish(v, &r);
}

enum status check_body(const struct body *body, struct errinfo *err, uint64_t *offset,
                       uint64_t *features)
{
    char text[4096];
    module_text(text, sizeof text, body);
    struct decode_config config = fixture_config();
    struct module m = decode_good(text);
    struct validator slow = {0}, fast = {0};
    struct errinfo e;
    errinfo_init(err);
    errinfo_init(&e);
    enum status status = step_through(&slow, &m, &config, 2, err);
    ck_assert_msg(validate_func(&fast, &m, &config, 2, &e) == status, "%s: %s, but %s", body->code,
                  err->text, e.text);
    if (status != OK) {
        ck_assert_msg(e.offset == err->offset && e.func == err->func && !strcmp(e.text, err->text),
                      "%s: %s, but %s", body->code, err->text, e.text);
        *offset = err->offset - m.funcs[2].body_offset;
        struct bytes locals = assemble(body->locals ? body->locals : "00");
        *offset -= locals.len;
        free(locals.data);
    } else {
        ck_assert_uint_eq(slow.features_used, fast.features_used);
    }
    if (features)
        *features = slow.features_used;
    validator_fini(&slow);
    validator_fini(&fast);
    module_fini(&m);
    return status;
}

void expect_bodies(const struct body_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct body_row *row = &rows[i];
        struct errinfo e;
        uint64_t offset = 0;
        enum status status = check_body(&row->body, &e, &offset, NULL);
        ck_assert_msg(status == row->status, "row %zu (%s): status %d instead of %d: %s", i,
                      row->body.code, status, row->status, e.text);
        if (status == OK)
            continue;
        ck_assert_msg(e.func == 2 && offset == row->offset, "row %zu (%s): offset %lld: %s", i,
                      row->body.code, (long long)offset, e.text);
        ck_assert_msg(row->says && strstr(e.text, row->says), "row %zu (%s): %s", i, row->body.code,
                      e.text);
    }
}

int main(void)
{
    return run_suites((Suite *(*const[])(void)){
        suite_validator,
        suite_validate_step,
        suite_validate_control,
        suite_validate_bulk,
        suite_validate_common,
        suite_value_stack,
        suite_later_bodies,
        NULL,
    });
}
