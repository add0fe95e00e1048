/*
 * Every numeric instruction in every form that the translator has for it: operands in locals, in accumulators, as constants; the result
 * returned, written to a local, or, of a comparison, branched on in four ways.
 */
#include "engine/isa/isa.h"
#include "tests/engine/exec/both.h"
#include "tests/engine/exec/code_bytes.h"
#include "tests/engine/exec/number_values.h"

#include <stdio.h>

#define PAIRS 8

/* Where an operand is. */
enum place { LOCAL, TEMPORARY, CONSTANT, PLACES };
static const char *const place_names[] = {"local", "temporary", "constant"};

/* What becomes of the result. */
enum use { RETURNED, SET, KEPT, BRANCH, BRANCH_NOT, IF, IF_NOT, USES };
static const char *const use_names[] = {"returned",  "set", "kept",  "br_if",
                                        "eqz br_if", "if",  "eqz if"};

/* Constants of each type, at the borders of immediates. */
static const uint64_t constants[4][5] = {
    {0, 5, 0xffff8000, 0x8000, 0x80000000},
    {0, 7, UINT64_C(0xffffffffffff7fff), UINT64_C(0xffffffff80000000), UINT64_C(0x80000000)},
    {0, 0x3f800000, 0xc0200000, 0x7fc00000, 0x80000000},
    {0, UINT64_C(0x3ff0000000000000), UINT64_C(0xc004000000000000), UINT64_C(0x7ff8000000000000),
     UINT64_C(1) << 63}};

static size_t type_number(char type)
{
    return type == 'i' ? 0 : type == 'I' ? 1 : type == 'f' ? 2 : 3;
}

static void put_operand(struct code_bytes *c, enum place place, char type, uint32_t local,
                        uint64_t constant)
{
    if (place == LOCAL)
        code_op_u(c, 0x20, local);
    else if (place == TEMPORARY)
        code_temporary(c, type, local);
    else
        code_const(c, type, constant);
}

/* The result is on the stack; local 2 is of its type. */
static void put_use(struct code_bytes *c, enum use use)
{
    if (use == BRANCH_NOT || use == IF_NOT)
        code_put(c, 0x45);
    switch (use) {
    case RETURNED:
        break;
    case SET:
        code_op_u(c, 0x21, 2);
        code_op_u(c, 0x20, 2);
        break;
    case KEPT: /* across a label, so it must lie in its slot */
        code_const(c, 'i', 1);
        code_put(c, 0x04);
        code_put(c, 0x40);
        code_put(c, 0x0b);
        break;
    case BRANCH:
    case BRANCH_NOT:
        code_op_u(c, 0x0d, 0);
        code_const(c, 'i', 7);
        code_put(c, 0x0f);
        code_put(c, 0x0b);
        code_const(c, 'i', 9);
        break;
    default:
        code_put(c, 0x04);
        code_put(c, 0x7f);
        code_const(c, 'i', 7);
        code_put(c, 0x05);
        code_const(c, 'i', 9);
        code_put(c, 0x0b);
    }
    code_put(c, 0x0b);
}

struct subject {
    const struct wasm_op_info *info;
    uint32_t code;
    char in, out;
    bool binary;
};

static void add_function(struct wasm *w, uint32_t type, const struct subject *f, enum place a,
                         enum place b, enum use use, uint64_t constant, const char *name)
{
    struct code_bytes c = {.len = 0};
    const char local[2] = {f->out, '\0'};
    if (use == BRANCH || use == BRANCH_NOT) {
        code_put(&c, 0x02);
        code_put(&c, 0x40);
    }
    put_operand(&c, a, f->in, 0, constant);
    if (f->binary)
        put_operand(&c, b, f->in, 1, constant);
    code_op(&c, f->code);
    put_use(&c, use);
    wasm_export(w, name, 0, wasm_func(w, type, local, c.bytes, c.len));
}

static void call_function(struct both *both, const struct subject *f, const char *name,
                          const char *what)
{
    uint64_t state = 0x9e3779b97f4a7c15u + f->code;
    for (int i = 0; i < PAIRS; i++) {
        uint64_t args[2];
        args[0] = number_random(f->in, &state);
        args[1] = number_random(f->in, &state);
        both_call(both, name, args, what, NULL);
    }
}

/* Calls `each` for all forms of a family. */
static void each_form(const struct subject *f,
                      void (*each)(void *env, enum place a, enum place b, enum use use,
                                   uint64_t constant, int number),
                      void *env)
{
    int number = 0;
    bool condition = f->info->family == FAMILY_COMPARE || f->code == 0x45 || f->code == 0x50;
    int uses = condition ? USES : BRANCH;
    for (int a = 0; a < PLACES; a++)
        for (int b = 0; b < (f->binary ? PLACES : 1); b++)
            for (int use = 0; use < uses; use++) {
                int n = a == CONSTANT || b == CONSTANT ? 5 : 1;
                for (int i = 0; i < n; i++)
                    each(env, (enum place)a, (enum place)b, (enum use)use,
                         constants[type_number(f->in)][i], number++);
            }
}

struct making {
    struct wasm w;
    uint32_t type;
    const struct subject *f;
};

static void make(void *env, enum place a, enum place b, enum use use, uint64_t constant, int number)
{
    struct making *m = env;
    char name[16];
    snprintf(name, sizeof name, "%d", number);
    add_function(&m->w, m->type, m->f, a, b, use, constant, name);
}

struct calling {
    struct both both;
    const struct subject *f;
};

static void call(void *env, enum place a, enum place b, enum use use, uint64_t constant, int number)
{
    struct calling *c = env;
    char name[16], what[128];
    snprintf(name, sizeof name, "%d", number);
    snprintf(what, sizeof what, "%s, %s, %s, %s, constant %#lx", c->f->info->mnemonic,
             place_names[a], place_names[b], use_names[use], (unsigned long)constant);
    call_function(&c->both, c->f, name, what);
}

START_TEST(every_form)
{
    const struct wasm_op_info *info = &wasm_op_info[_i];
    static const char letters[] = "?iIfF";
    if (info->family != FAMILY_UNARY && info->family != FAMILY_BINARY &&
        info->family != FAMILY_COMPARE)
        return;
    struct subject f = {.info = info,
                        .code = info->prefix ? info->prefix * 256u + info->code : info->code,
                        .in = letters[SIG_OPERAND(info->sig, 0)],
                        .out = letters[SIG_RESULT(info->sig)],
                        .binary = info->family != FAMILY_UNARY};
    const char params[3] = {f.in, f.in, '\0'}, results[2] = {f.out, '\0'};
    struct making m = {.f = &f};
    struct calling c = {.f = &f};
    wasm_init(&m.w);
    m.type = wasm_type(&m.w, params, results);
    each_form(&f, make, &m);
    both_init(&c.both, &m.w);
    each_form(&f, call, &c);
    both_fini(&c.both);
}
END_TEST

void add_handlers(TCase *tc)
{
    tcase_add_loop_test(tc, every_form, 0, OP_COUNT);
}
