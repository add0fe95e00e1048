/* Function bodies: locals, statements, and the counter that makes every run end. */
#include "tests/fuzz/generator_code.h"

static const uint8_t number_types[] = {I32, I64, F32, F64};

void generate_toll(struct body *body)
{
    /* if (counter == 0) unreachable; counter = counter - 1 */
    put_bytes(body->out, "\x23\x00\x45\x04\x40\x00\x0b\x23\x00\x41\x01\x6b\x24\x00", 14);
}

static void put_set(struct body *body, unsigned depth)
{
    unsigned local = take_below(body->in, body->local_count);
    generate_value(body, body->locals[local], depth);
    put_byte(body->out, 0x21);
    put_u32(body->out, local);
}

static void put_global_set(struct body *body, unsigned depth)
{
    unsigned which = take_below(body->in, 4);
    generate_value(body, number_types[which], depth);
    put_byte(body->out, 0x24);
    put_u32(body->out, GLOBAL_I32 + which);
}

/* if, block or loop without a result; a loop may go round by a br_if at its end. */
static void put_block(struct body *body, unsigned depth)
{
    unsigned choice = take_below(body->in, 4);
    if (choice >= 2) {
        generate_value(body, I32, depth);
    }
    put_byte(body->out, choice >= 2 ? 0x04 : 0x02 + choice);
    put_byte(body->out, NONE);
    body->labels[body->label_count++] = NONE;
    if (choice == 1) {
        generate_toll(body);
    }
    generate_statements(body, depth);
    if (choice == 1) {
        generate_value(body, I32, depth);
        put_bytes(body->out, "\x0d\x00", 2);
    }
    if (choice == 3) {
        put_byte(body->out, 0x05);
        generate_statements(body, depth);
    }
    put_byte(body->out, 0x0b);
    body->label_count--;
}

/* The outermost label stands for the function; a branch to it carries all its results. */
static bool is_function_label(const struct body *body, unsigned label)
{
    return label == body->label_count;
}

static void put_results(struct body *body, unsigned depth)
{
    for (unsigned i = 0; i < body->type->nresults; i++) {
        generate_value(body, body->type->results[i], depth);
    }
}

void generate_carried(struct body *body, unsigned label, unsigned depth)
{
    if (is_function_label(body, label)) {
        put_results(body, depth);
    } else if (body->labels[body->label_count - 1 - label] != NONE) {
        generate_value(body, body->labels[body->label_count - 1 - label], depth);
    }
}

/* br and br_table stand within an if of their own, so that what follows can be reached. */
static void put_branch(struct body *body, unsigned depth)
{
    unsigned label = take_below(body->in, body->label_count + 1);
    generate_carried(body, label, depth);
    put_byte(body->out, 0x0c);
    put_u32(body->out, label);
}

static void put_br_table(struct body *body, unsigned depth)
{
    unsigned label = take_below(body->in, body->label_count + 1);
    unsigned targets = take_below(body->in, 5);
    if (is_function_label(body, label)) {
        put_branch(body, depth);
        return;
    }
    uint8_t type = body->labels[body->label_count - 1 - label];
    generate_carried(body, label, depth);
    generate_value(body, I32, depth);
    put_byte(body->out, 0x0e);
    put_u32(body->out, targets);
    for (unsigned i = 0; i < targets; i++) {
        unsigned other = take_below(body->in, body->label_count);
        bool fits = body->labels[body->label_count - 1 - other] == type;
        put_u32(body->out, fits ? other : label);
    }
    put_u32(body->out, label);
}

/* A branch on a condition: if (c) { branch }, or a plain br_if to a label that carries nothing. */
static void put_conditional(struct body *body, unsigned depth)
{
    uint8_t choice = take(body->in);
    unsigned label = take_below(body->in, body->label_count + 1);
    generate_value(body, I32, depth);
    if (choice % 2 == 0 && !is_function_label(body, label) &&
        body->labels[body->label_count - 1 - label] == NONE) {
        put_byte(body->out, 0x0d);
        put_u32(body->out, label);
        return;
    }
    put_byte(body->out, 0x04);
    put_byte(body->out, NONE);
    body->labels[body->label_count++] = NONE;
    if (choice % 8 < 3) {
        put_br_table(body, depth);
    } else if (choice % 8 == 3) {
        put_results(body, depth);
        put_byte(body->out, 0x0f);
    } else {
        put_branch(body, depth);
    }
    put_byte(body->out, 0x0b);
    body->label_count--;
}

/* A call of any function; its results are dropped or kept in a global. */
static void put_call(struct body *body, unsigned depth)
{
    unsigned index = take_below(body->in, body->function_count);
    const struct func_type *callee = &func_types[body->functions[index]];
    for (unsigned i = 0; i < callee->nparams; i++) {
        generate_value(body, callee->params[i], depth);
    }
    put_byte(body->out, 0x10);
    put_u32(body->out, index);
    for (unsigned i = callee->nresults; i > 0; i--) {
        uint8_t type = callee->results[i - 1];
        if (type == I32 && take_below(body->in, 2) == 0) {
            put_byte(body->out, 0x24);
            put_u32(body->out, GLOBAL_I32);
        } else {
            put_byte(body->out, 0x1a);
        }
    }
}

static void put_masked(struct body *body, int64_t mask, unsigned depth)
{
    generate_value(body, I32, depth);
    if (take_below(body->in, 32) != 0) {
        put_byte(body->out, 0x41);
        put_s64(body->out, mask);
        put_byte(body->out, 0x71);
    }
}

static void put_bulk(struct body *body, unsigned depth)
{
    static const struct {
        int64_t masks[3];
        const char *code;
        unsigned len;
    } bulk[] = {
        {{0xfff, 0xfff, 0xff}, "\xfc\x0a\x00\x00", 4}, /* memory.copy */
        {{0xfff, 0xff, 0xff}, "\xfc\x0b\x00", 3},      /* memory.fill */
        {{0xfff, 0x7, 0xf}, "\xfc\x08\x01\x00", 4},    /* memory.init */
        {{0x7, 0x7, 0x3}, "\xfc\x0e\x00\x00", 4},      /* table.copy */
        {{0x7, 0x1, 0x1}, "\xfc\x0c\x01\x00", 4},      /* table.init */
    };
    unsigned choice = take_below(body->in, 8);
    if (choice < 5) {
        for (int i = 0; i < 3; i++) {
            put_masked(body, bulk[choice].masks[i], depth);
        }
        put_bytes(body->out, bulk[choice].code, bulk[choice].len);
    } else if (choice == 5) {
        put_masked(body, 0x7, depth); /* table.fill */
        put_bytes(body->out, "\xd0\x70", 2);
        put_masked(body, 0x3, depth);
        put_bytes(body->out, "\xfc\x11\x00", 3);
    } else if (choice == 6) {
        put_masked(body, 0xf, depth); /* table.set */
        put_bytes(body->out, "\xd2\x00\x26\x00", 4);
    } else {
        put_bytes(body->out, take_below(body->in, 2) ? "\xfc\x09\x01" : "\xfc\x0d\x01", 3);
    }
}

static void put_statement(struct body *body, unsigned depth)
{
    uint8_t choice = take(body->in);
    if (choice < 70) {
        put_set(body, depth);
    } else if (choice < 100) {
        generate_store(body, depth);
    } else if (choice < 140) {
        put_block(body, depth);
    } else if (choice < 170) {
        put_conditional(body, depth);
    } else if (choice < 190) {
        put_call(body, depth);
    } else if (choice < 210) {
        put_global_set(body, depth);
    } else if (choice < 225) {
        put_bulk(body, depth);
    } else if (choice < 232) {
        put_vector_store(body, depth);
    } else if (choice < 240) {
        generate_value(body, number_types[choice % 4], depth);
        put_byte(body->out, 0x1a);
    } else {
        put_byte(body->out, 0x01);
    }
}

void generate_statements(struct body *body, unsigned depth)
{
    if (depth == 0) {
        return;
    }
    for (unsigned i = take_below(body->in, 5); i > 0; i--) {
        bool is_full = body->out->len > GENERATED_MAX - 8192 ||
                       body->label_count > MAX_LABELS - 4 || body->in->at >= body->in->len;
        if (!is_full) {
            put_statement(body, depth - 1);
        }
    }
}

void generate_body(struct input *in, struct output *out, const uint8_t *functions,
                   unsigned function_count, const struct func_type *type)
{
    struct body body = {.in = in,
                        .out = out,
                        .functions = functions,
                        .function_count = function_count,
                        .type = type};
    unsigned extra = 2 + take_below(in, MAX_LOCALS - 1);
    for (unsigned i = 0; i < type->nparams; i++) {
        body.locals[body.local_count++] = type->params[i];
    }
    put_u32(out, extra + 1);
    for (unsigned i = 0; i < extra; i++) {
        uint8_t local = i == 0 ? F32 : i == 1 ? F64 : number_types[take_below(in, 4)];
        put_u32(out, 1);
        put_byte(out, local);
        body.locals[body.local_count++] = local;
    }
    put_u32(out, VECTOR_LOCALS);
    put_byte(out, 0x7b);
    body.vectors = (uint8_t)body.local_count;
    body.scratch_f32 = type->nparams;
    body.scratch_f64 = (uint8_t)(type->nparams + 1);
    generate_toll(&body);
    for (unsigned i = 0; i < 4; i++) {
        generate_statements(&body, 5);
    }
    put_results(&body, 5);
    put_byte(out, 0x0b);
}
