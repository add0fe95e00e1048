/*
 * What only moves a value keeps all its bits, those of signalling NaNs too: locals near and far, globals, calls, blocks, branches, select, memory.
 */
#include "tests/engine/exec/both.h"
#include "tests/engine/exec/code_bytes.h"

#include <string.h>

#define SNAN32 UINT64_C(0x7fa12345)
#define SNAN64 UINT64_C(0xfff4123456789abc)

static uint64_t call_bits(struct world *t, cupel_func_t f, char type, uint64_t bits)
{
    cupel_val_t arg = {.kind = type == 'f' ? CUPEL_F32 : CUPEL_F64, .of.f64_bits = bits}, result;
    cupel_trap_t *trap;
    must(cupel_func_call(t->ctx, f, &arg, 1, &result, 1, &trap));
    ck_assert_ptr_null(trap);
    return type == 'f' ? result.of.f32_bits : result.of.f64_bits;
}

/* Ways through which local 0, of the type, comes out again. */
static void put_way(struct code_bytes *c, int way, char type)
{
    uint32_t wide = type == 'F';
    uint8_t type_byte = wide ? 0x7c : 0x7d;
    const uint8_t block[] = {0x02, type_byte, 0x20, 0, 0x0c, 0, 0x0b};
    const uint8_t conditional[] = {0x02, type_byte, 0x20, 0, 0x41, 1, 0x0d, 0, 0x0b};
    switch (way) {
    case 0: /* a local */
        code_op_u(c, 0x20, 0);
        code_op_u(c, 0x21, 1);
        code_op_u(c, 0x20, 1);
        break;
    case 1: /* a far local, read as a pending operand while it changes */
        code_op_u(c, 0x20, 0);
        code_op_u(c, 0x22, 1100);
        code_op_u(c, 0x21, 1);
        code_op_u(c, 0x20, 1100);
        break;
    case 2: /* a global */
        code_op_u(c, 0x20, 0);
        code_op_u(c, 0x24, wide);
        code_op_u(c, 0x23, wide);
        break;
    case 3: /* memory */
        code_const(c, 'i', 8);
        code_op_u(c, 0x20, 0);
        code_op_u(c, wide ? 0x39 : 0x38, 0);
        code_u(c, 0);
        code_const(c, 'i', 8);
        code_op_u(c, wide ? 0x2b : 0x2a, 0);
        code_u(c, 0);
        break;
    case 4: /* select */
        code_op_u(c, 0x20, 0);
        code_op_u(c, 0x20, 1);
        code_const(c, 'i', 1);
        code_put(c, 0x1b);
        break;
    case 5: /* a call */
        code_op_u(c, 0x20, 0);
        code_op_u(c, 0x10, wide);
        break;
    case 6: /* the integer of the same bits */
        code_op_u(c, 0x20, 0);
        code_put(c, wide ? 0xbd : 0xbc);
        code_put(c, wide ? 0xbf : 0xbe);
        break;
    case 7: /* a sign that changes twice */
        code_temporary(c, type, 0);
        break;
    case 8:
        for (size_t i = 0; i < sizeof block; i++)
            code_put(c, block[i]);
        break;
    case 9:
        for (size_t i = 0; i < sizeof conditional; i++)
            code_put(c, conditional[i]);
        break;
    default: /* a constant */
        code_const(c, type, wide ? SNAN64 : SNAN32);
    }
    code_put(c, 0x0b);
}
#define WAYS 11

START_TEST(bits_survive)
{
    struct world t;
    struct code_bytes c = {.len = 0};
    char type = _i < WAYS ? 'f' : 'F';
    static char locals[1201];
    memset(locals, type, 1200);
    world_init(&t, 0);
    wasm_func(&t.w, wasm_type(&t.w, "f", "f"), "", BYTES(W_LOCAL_GET, 0, W_END));
    wasm_func(&t.w, wasm_type(&t.w, "F", "F"), "", BYTES(W_LOCAL_GET, 0, W_END));
    wasm_memory(&t.w, 1, 1);
    wasm_global(&t.w, 'f', true, BYTES(0x43, 0, 0, 0, 0, W_END));
    wasm_global(&t.w, 'F', true, BYTES(0x44, 0, 0, 0, 0, 0, 0, 0, 0, W_END));
    put_way(&c, _i % WAYS, type);
    wasm_export(&t.w, "f", 0, wasm_func(&t.w, type == 'F', locals, c.bytes, c.len));
    cupel_func_t f = get_func(&t, world_instantiate(&t, NULL, 0), "f");
    uint64_t bits = type == 'f' ? SNAN32 : SNAN64;
    ck_assert_uint_eq(call_bits(&t, f, type, bits), bits);
    world_fini(&t);
}
END_TEST

void add_bits(TCase *tc)
{
    tcase_add_loop_test(tc, bits_survive, 0, 2 * WAYS);
}
