/*
 * Loads and stores of every width around the ends of a memory, of the address space and of what guard pages cover, with addresses and
 * values in locals, in accumulators and as constants.
 */
#include "engine/isa/isa.h"
#include "tests/engine/exec/both.h"
#include "tests/engine/exec/code_bytes.h"
#include "tests/engine/exec/number_values.h"

#include <stdio.h>

#define PAGE  65536u
#define PAGES 2u

static const uint32_t offsets[] = {0,
                                   1,
                                   7,
                                   PAGE - 1,
                                   PAGES *PAGE - 8,
                                   PAGES *PAGE,
                                   (32u << 20) - 16,
                                   (32u << 20) - 15,
                                   32u << 20,
                                   0x7fffffff,
                                   0xfffffff8,
                                   0xffffffff};
#define OFFSETS (sizeof offsets / sizeof *offsets)

/* Addresses; those around the memory's end are moved by the offset and the width. */
static const uint32_t ends[] = {0,          1,          PAGE - 1,   PAGE,      0x7ffffffc,
                                0x80000000, 0xfffffff0, 0xfffffffc, 0xffffffff};
#define ENDS (sizeof ends / sizeof *ends)

enum form { SLOTS, ACCUMULATORS, ADDRESS_CONSTANT, VALUE_CONSTANT, BOTH_CONSTANT, FORMS };

struct subject {
    uint32_t code;
    char type; /* of the value */
    bool store;
    uint32_t width;
};

static uint32_t nth_address(uint32_t i, uint32_t offset, uint32_t width)
{
    if (i < ENDS)
        return ends[i];
    /* the last address that is in bounds, and its neighbours */
    return PAGES * PAGE - width - offset + (i - ENDS) - 2;
}
#define ADDRESSES (ENDS + 6)

static void put_address(struct code_bytes *c, enum form form, uint32_t address)
{
    if (form == ADDRESS_CONSTANT || form == BOTH_CONSTANT)
        code_const(c, 'i', address);
    else if (form == ACCUMULATORS)
        code_temporary(c, 'i', 0);
    else
        code_op_u(c, 0x20, 0);
}

static void put_value(struct code_bytes *c, enum form form, char type)
{
    static const uint64_t values[] = {0xffff8001, UINT64_C(0xffffffffffff8002), 0xc0490fdb,
                                      UINT64_C(0x400921fb54442d18)};
    if (form == VALUE_CONSTANT || form == BOTH_CONSTANT)
        code_const(c, type, values[type == 'i' ? 0 : type == 'I' ? 1 : type == 'f' ? 2 : 3]);
    else if (form == ACCUMULATORS)
        code_temporary(c, type, 1);
    else
        code_op_u(c, 0x20, 1);
}

/* (address, value) -> value, for a store the one that lay there before it. */
static void add_function(struct wasm *w, uint32_t type, const struct subject *s, enum form form,
                         uint32_t offset, uint32_t address, const char *name)
{
    struct code_bytes c = {.len = 0};
    put_address(&c, form, address);
    if (s->store)
        put_value(&c, form, s->type);
    code_op_u(&c, s->code, 0);
    code_u(&c, offset);
    if (s->store)
        code_op_u(&c, 0x20, 1);
    code_put(&c, 0x0b);
    wasm_export(w, name, 0, wasm_func(w, type, "", c.bytes, c.len));
}

static void name_of(char *name, size_t size, enum form form, size_t offset, uint32_t address)
{
    bool constant = form == ADDRESS_CONSTANT || form == BOTH_CONSTANT;
    snprintf(name, size, "%d.%zu.%u", form, offset, constant ? address : 0);
}

static void each(const struct subject *s, struct wasm *w, uint32_t type, struct both *both)
{
    for (int form = 0; form < FORMS; form++)
        for (size_t o = 0; o < OFFSETS; o++)
            for (uint32_t i = 0; i < ADDRESSES; i++) {
                char name[32], what[128];
                uint32_t address = nth_address(i, offsets[o], s->width);
                bool constant = form == ADDRESS_CONSTANT || form == BOTH_CONSTANT;
                name_of(name, sizeof name, (enum form)form, o, i);
                if (w && (constant || i == 0))
                    add_function(w, type, s, (enum form)form, offsets[o], address, name);
                if (!both)
                    continue;
                const uint64_t args[2] = {address, UINT64_C(0x8182838485868788) + i};
                snprintf(what, sizeof what, "opcode %#x, form %d, offset %u, address %u", s->code,
                         form, offsets[o], address);
                both_call(both, name,
                          (const uint64_t[]){args[0], s->type == 'i' || s->type == 'f'
                                                          ? (uint32_t)args[1]
                                                          : args[1]},
                          what, NULL);
            }
}

START_TEST(every_access)
{
    const struct wasm_op_info *info = &wasm_op_info[_i];
    if (info->family != FAMILY_LOAD && info->family != FAMILY_STORE)
        return;
    static const char letters[] = "?iIfF";
    struct subject s = {
        .code = info->code, .store = info->family == FAMILY_STORE, .width = 1u << info->align};
    s.type = letters[s.store ? SIG_OPERAND(info->sig, 1) : SIG_RESULT(info->sig)];
    const char params[3] = {'i', s.type, '\0'}, results[2] = {s.type, '\0'};
    struct wasm w;
    struct both both;
    uint8_t data[64];
    for (unsigned i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(0x7e + 7 * i);
    wasm_init(&w);
    wasm_memory(&w, PAGES, PAGES);
    wasm_export(&w, "m", 2, 0);
    wasm_data(&w, 0, data, sizeof data);
    wasm_data(&w, PAGES * PAGE - sizeof data, data, sizeof data);
    each(&s, &w, wasm_type(&w, params, results), NULL);
    both_init(&both, &w);
    each(&s, NULL, 0, &both);
    both_compare_memory(&both, info->mnemonic);
    both_fini(&both);
}
END_TEST

/* A memory without pages has no byte that could be reached. */
START_TEST(an_empty_memory)
{
    struct wasm w;
    struct both both;
    bool trapped;
    wasm_init(&w);
    wasm_memory(&w, 0, 1);
    wasm_export(&w, "m", 2, 0);
    wasm_export_func(&w, "load", "i", "i", BYTES(W_LOCAL_GET, 0, 0x2d, 0, 0, W_END));
    wasm_export_func(&w, "store", "i", "",
                     BYTES(W_LOCAL_GET, 0, W_LOCAL_GET, 0, 0x3a, 0, 0, W_END));
    wasm_export_func(&w, "grow", "", "i", BYTES(W_I32_CONST, 1, W_MEMORY_GROW, 0, W_END));
    both_init(&both, &w);
    for (int round = 0; round < 2; round++) {
        both_call(&both, "load", (const uint64_t[]){0}, "load", &trapped);
        ck_assert(trapped == (round == 0));
        both_call(&both, "store", (const uint64_t[]){0xffff}, "store", &trapped);
        ck_assert(trapped == (round == 0));
        both_call(&both, "load", (const uint64_t[]){0x10000}, "load", &trapped);
        ck_assert(trapped);
        both_call(&both, "grow", NULL, "grow", NULL);
        both_compare_memory(&both, "grown");
    }
    both_fini(&both);
}
END_TEST

/* Frames below a growth go on in the grown memory, wherever it lies now. */
START_TEST(growth_below_running_frames)
{
    struct wasm w;
    struct both both;
    wasm_init(&w);
    wasm_memory(&w, 1, 64);
    wasm_export(&w, "m", 2, 0);
    uint32_t unary = wasm_type(&w, "i", "i");
    /* down(n) = n == 0 ? 0 : (store n at 4n; grow by n; down(n - 1) + load at 4n + load at the end of what is there now) */
    wasm_func(&w, unary, "",
              BYTES(W_LOCAL_GET, 0, W_I32_EQZ, W_IF, W_TYPE_EMPTY, W_I32_CONST, 0, W_RETURN, W_END,
                    W_LOCAL_GET, 0, W_I32_CONST, 4, W_I32_MUL, W_LOCAL_GET, 0, W_I32_STORE, 2, 0,
                    W_LOCAL_GET, 0, W_MEMORY_GROW, 0, W_DROP, W_LOCAL_GET, 0, W_I32_CONST, 4,
                    W_I32_MUL, W_LOCAL_GET, 0, W_I32_CONST, 1, W_I32_SUB, W_CALL, 0, W_I32_STORE, 2,
                    128, 2, W_LOCAL_GET, 0, W_I32_CONST, 4, W_I32_MUL, W_I32_LOAD, 2, 0,
                    W_LOCAL_GET, 0, W_I32_CONST, 4, W_I32_MUL, W_I32_LOAD, 2, 128, 2, W_I32_ADD,
                    W_MEMORY_SIZE, 0, W_I32_CONST, 16, 0x74, W_I32_CONST, 4, W_I32_SUB, W_I32_LOAD,
                    2, 0, W_I32_ADD, W_END));
    wasm_export(&w, "down", 0, 0);
    both_init(&both, &w);
    ck_assert_uint_eq(both_call(&both, "down", (const uint64_t[]){9}, "down", NULL), 45);
    both_compare_memory(&both, "grown in between");
    both_fini(&both);
}
END_TEST

void add_access(TCase *tc)
{
    tcase_add_loop_test(tc, every_access, 0, OP_COUNT);
    tcase_add_test(tc, an_empty_memory);
    tcase_add_test(tc, growth_below_running_frames);
}
