/*
 * The functions, by what they show of the translator.
 */
#include "tests/engine/translate/golden_cases.h"

#define BODY(...) (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})
#define GET(n)    W_LOCAL_GET, (n)
#define SET(n)    W_LOCAL_SET, (n)
#define TEE(n)    W_LOCAL_TEE, (n)
#define CONST(n)  W_I32_CONST, (n)
#define ADD       W_I32_ADD
#define END       W_END
/* Vectors; codes behind the prefix are LEB128. */
#define VECTOR(code)   0xfd, ((code)&0x7f) | 0x80, (code) >> 7
#define V_LOAD(offset) 0xfd, 0x00, 4, (offset)
#define V_XOR          0xfd, 0x51
#define F32X4_ADD      VECTOR(0xe4)
#define F32X4_SUB      VECTOR(0xe5)
#define F32X4_MUL      VECTOR(0xe6)
#define I32X4_ADD      VECTOR(0xae)
#define I32X4_DOT      VECTOR(0xba)
#define I32X4_SUB      VECTOR(0xb1)
#define I32X4_SHL      VECTOR(0xab)
#define I32X4_SHR_U    VECTOR(0xad)
#define V_AND          0xfd, 0x4e
#define V_OR           0xfd, 0x50
#define V_CONST(x)     0xfd, 0x0c, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x
#define SHUFFLE(a, b)  0xfd, 0x0d, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b
/* 2000 integers, then, from local 2000 on, a few more and, odd ones, floats: the last of more than lie near. */
#define TEN(x)     x x x x x x x x x x
#define FAR_LOCALS TEN(TEN(TEN("ii"))) "FiFiFi"

const struct golden goldens[] = {
    {"empty", "", "", "", BODY(END), WORLD_METERED},
    {"identity", "i", "i", "", BODY(GET(0), END), WORLD_METERED},
    {"constant", "", "I", "", BODY(W_I64_CONST, 0x7f, END), WORLD_METERED},
    {"unmetered", "ii", "i", "", BODY(GET(0), GET(1), ADD, END), 0},
    {"chain", "iii", "i", "",
     BODY(GET(0), GET(1), ADD, GET(2), W_I32_MUL, CONST(3), W_I32_SUB, END), WORLD_METERED},
    {"redirect", "ii", "i", "i", BODY(GET(0), GET(1), ADD, SET(2), GET(2), GET(2), W_I32_MUL, END),
     WORLD_METERED},
    {"tee", "i", "i", "i", BODY(GET(0), CONST(1), ADD, TEE(1), GET(1), W_I32_MUL, END),
     WORLD_METERED},
    /* the old value of a local stays on the stack while it changes */
    {"preserve", "i", "i", "", BODY(GET(0), GET(0), CONST(1), ADD, SET(0), GET(0), W_I32_MUL, END),
     WORLD_METERED},
    {"exchanged_operands", "iI", "I", "",
     BODY(W_I64_CONST, 5, GET(1), W_I64_ADD, W_I64_CONST, 5, GET(1), 0x7d, W_I64_ADD, END),
     WORLD_METERED},
    {"wide_constant", "I", "I", "",
     BODY(GET(0), W_I64_CONST, 0x80, 0x80, 0x80, 0x80, 0x10, W_I64_ADD, END), WORLD_METERED},
    {"float_forms", "fF", "F", "",
     BODY(GET(0), GET(0), 0x92, 0x43, 0, 0, 0x80, 0x3f, 0x93, 0xbb, GET(1), 0x44, 0, 0, 0, 0, 0, 0,
          0xf0, 0x3f, 0xa2, 0xa0, END),
     WORLD_METERED},
    {"if_else", "i", "i", "", BODY(GET(0), W_IF, 0x7f, CONST(1), W_ELSE, CONST(2), END, END),
     WORLD_METERED},
    {"if_compare", "ii", "i", "",
     BODY(GET(0), GET(1), 0x48, W_IF, 0x40, CONST(1), SET(0), END, GET(0), END), WORLD_METERED},
    {"inverted_compare", "ii", "i", "", BODY(GET(0), CONST(7), 0x4a, W_I32_EQZ, END),
     WORLD_METERED},
    {"float_branch", "FF", "i", "",
     BODY(W_BLOCK, 0x40, GET(0), GET(1), 0x63, W_BR_IF, 0, CONST(1), W_RETURN, END, CONST(2), END),
     WORLD_METERED},
    /* a product and what it is added to or taken from, either way round */
    {"fused_floats", "FFF", "F", "",
     BODY(GET(0), GET(1), 0xa2, GET(2), 0xa0, GET(0), GET(1), GET(2), 0xa2, 0xa1, 0xa2, END),
     WORLD_METERED},
    {"fused_integers", "iI", "I", "",
     BODY(GET(0), GET(0), CONST(2), 0x74, ADD, 0xad, GET(1), GET(1), W_I64_CONST, 0x7f, 0x85, 0x83,
          0x7c, GET(1), 0x85, W_I64_CONST, 7, 0x89, END),
     WORLD_METERED},
    /* the address of a store is made before its value */
    {"copy_byte", "iii", "", "",
     BODY(GET(0), GET(2), ADD, GET(1), GET(2), ADD, 0x2d, 0, 1, 0x3a, 0, 2, END), WORLD_METERED},
    {"count_down", "i", "i", "i",
     BODY(W_LOOP, 0x40, GET(1), GET(0), ADD, SET(1), GET(0), CONST(1), W_I32_SUB, TEE(0), W_BR_IF,
          0, END, GET(1), END),
     WORLD_METERED},
    /* what heads the loop is done ahead, at its end */
    {"loop_with_a_head", "ii", "i", "i",
     BODY(W_BLOCK, 0x40, W_LOOP, 0x40, GET(2), GET(0), 0x4e, W_BR_IF, 1, GET(2), GET(1), 0x3a, 0, 9,
          GET(2), CONST(1), ADD, SET(2), W_BR, 0, END, END, GET(2), END),
     WORLD_METERED},
    {"loop_with_a_head_unmetered", "FF", "F", "",
     BODY(W_BLOCK, 0x40, W_LOOP, 0x40, GET(0), GET(1), 0x63, W_I32_EQZ, W_BR_IF, 1, GET(0), GET(0),
          0xa2, SET(0), W_BR, 0, END, END, GET(0), END),
     0},
    /* what is added lies in a local, and the counter is the second operand of the loop's head */
    {"count_by_a_local", "ii", "i", "i",
     BODY(W_BLOCK, 0x40, W_LOOP, 0x40, GET(0), GET(2), 0x48, W_BR_IF, 1, GET(2), GET(1), ADD,
          SET(2), W_BR, 0, END, END, GET(2), END),
     WORLD_METERED},
    {"sum_of_locals_and_branch", "ii", "i", "",
     BODY(W_LOOP, 0x40, GET(0), GET(1), ADD, TEE(0), CONST(50), 0x49, W_BR_IF, 0, END, GET(0), END),
     WORLD_METERED},
    {"float_limits", "Ff", "i", "",
     BODY(W_BLOCK, 0x40, GET(0), 0x44, 0, 0, 0, 0, 0, 0, 0x10, 0x40, 0x64, W_BR_IF, 0, GET(1),
          GET(1), 0x92, 0x43, 0, 0, 0x80, 0x3f, 0x60, W_I32_EQZ, W_BR_IF, 0, CONST(1), W_RETURN,
          END, CONST(2), END),
     WORLD_METERED},
    {"bits", "ii", "i", "",
     BODY(W_BLOCK, 0x40, GET(0), CONST(5), 0x76, CONST(15), 0x71, SET(1), GET(1), CONST(16), 0x74,
          CONST(16), 0x75, GET(0), ADD, TEE(0), CONST(3), 0x71, W_BR_IF, 0, GET(1), CONST(4), 0x71,
          W_I32_EQZ, W_BR_IF, 0, GET(0), GET(1), ADD, CONST(24), 0x74, CONST(24), 0x75, W_RETURN,
          END, CONST(2), END),
     WORLD_METERED},
    {"low_half", "I", "I", "", BODY(GET(0), W_I64_CONST, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x83, END),
     WORLD_METERED},
    {"count_up_to", "ii", "i", "i",
     BODY(W_LOOP, 0x40, GET(2), CONST(4), ADD, TEE(2), GET(0), 0x49, W_BR_IF, 0, END, GET(2),
          GET(1), ADD, END),
     WORLD_METERED},
    {"sums_as_addresses", "ii", "i", "",
     BODY(GET(0), GET(1), ADD, GET(1), 0x3a, 0, 9, GET(0), CONST(12), ADD, CONST(5), 0x3a, 0, 0,
          GET(0), GET(1), ADD, 0x2d, 0, 3, GET(0), ADD, 0x2d, 0, 0xf0, 0xff, 0x0f, END),
     WORLD_METERED},
    {"branch_with_value_in_place", "F", "F", "",
     BODY(W_BLOCK, 0x7c, GET(0), GET(0), 0xa2, GET(0), GET(0), 0x61, W_BR_IF, 0, 0x9f, END, END),
     WORLD_METERED},
    {"branch_with_value_to_move", "i", "i", "",
     BODY(W_BLOCK, 0x7f, CONST(9), GET(0), CONST(1), ADD, GET(0), W_BR_IF, 0, ADD, END, END),
     WORLD_METERED},
    {"br_table", "i", "i", "",
     BODY(W_BLOCK, 0x40, W_BLOCK, 0x40, W_BLOCK, 0x40, GET(0), 0x0e, 2, 0, 1, 2, END, CONST(10),
          W_RETURN, END, CONST(11), W_RETURN, END, CONST(12), END),
     WORLD_METERED},
    {"br_table_with_values", "i", "i", "",
     BODY(W_BLOCK, 0x7f, CONST(1), W_BLOCK, 0x7f, GET(0), GET(0), 0x0e, 1, 1, 0, END, ADD, END,
          END),
     WORLD_METERED},
    {"calls", "i", "i", "", BODY(GET(0), GET(0), W_CALL, 1, W_CALL, 0, ADD, END), WORLD_METERED},
    {"call_indirect", "ii", "i", "",
     BODY(GET(0), GET(1), CONST(1), ADD, W_CALL_INDIRECT, 0, 0, END), WORLD_METERED},
    {"tail_calls", "ii", "i", "",
     BODY(GET(0), W_IF, 0x40, GET(1), 0x12, 1, END, GET(0), GET(1), 0x13, 0, 0, END),
     WORLD_METERED},
    {"loads_and_stores", "iI", "", "f",
     BODY(GET(0), GET(0), W_I32_LOAD, 2, 16, W_I32_STORE, 2, 20, CONST(8), GET(1), 0x3e, 2, 4,
          GET(0), CONST(5), 0x3a, 0, 0, GET(0), CONST(1), ADD, 0x2a, 2, 0, SET(2), END),
     WORLD_METERED},
    {"checked_accesses", "i", "i", "",
     BODY(GET(0), GET(0), W_I32_LOAD, 2, 16, W_I32_STORE, 2, 20, CONST(4), W_I32_LOAD, 2, 0, END),
     WORLD_METERED | WORLD_CHECKED},
    {"far_offset", "i", "i", "", BODY(GET(0), W_I32_LOAD, 2, 0xff, 0xff, 0xff, 0x7f, END),
     WORLD_METERED},
    {"select", "iiF", "F", "",
     BODY(GET(2), 0x44, 0, 0, 0, 0, 0, 0, 0, 0, GET(0), GET(1), 0x46, 0x1b, END), WORLD_METERED},
    {"globals", "i", "i", "",
     BODY(GET(0), CONST(1), ADD, W_GLOBAL_SET, 0, W_GLOBAL_GET, 0, W_GLOBAL_GET, 1, ADD, END),
     WORLD_METERED},
    {"two_results", "iI", "Ii", "", BODY(GET(1), GET(0), END), WORLD_METERED},
    {"bulk", "iii", "", "",
     BODY(GET(0), GET(1), GET(2), W_FC, 10, 0, 0, GET(0), CONST(0), GET(2), W_FC, 11, 0, END),
     WORLD_METERED},
    {"dead_code", "i", "i", "",
     BODY(GET(0), W_RETURN, CONST(1), W_BLOCK, 0x40, W_BR, 0, END, ADD, W_UNREACHABLE, END),
     WORLD_METERED},
    /* ---- where a value in an accumulator is wanted in its slot, too ---- */
    {"if_with_parameter", "Fi", "F", "",
     BODY(GET(0), GET(0), 0xa2, GET(1), W_IF, 6, 0x9f, W_ELSE, 0x9a, END, END), WORLD_METERED},
    {"if_with_integer_parameter", "ii", "i", "",
     BODY(GET(0), CONST(1), ADD, GET(1), W_IF, 0, CONST(3), W_I32_MUL, W_ELSE, CONST(5), W_I32_SUB,
          END, END),
     WORLD_METERED},
    {"if_without_else_with_parameter", "Fi", "F", "",
     BODY(GET(0), GET(0), 0xa0, GET(1), W_IF, 6, 0x9f, END, END), WORLD_METERED},
    {"br_if_keeps_an_integer", "ii", "i", "",
     BODY(W_BLOCK, 0x7f, GET(0), CONST(1), ADD, GET(1), CONST(5), 0x48, W_BR_IF, 0, CONST(7),
          W_I32_MUL, END, END),
     WORLD_METERED},
    {"br_if_keeps_two", "iF", "F", "",
     BODY(W_BLOCK, 7, GET(1), GET(1), 0xa2, GET(0), CONST(1), ADD, GET(0), W_BR_IF, 0, CONST(9),
          W_I32_MUL, END, 0xb7, 0xa0, END),
     WORLD_METERED},
    {"br_table_keeps_a_float", "iF", "F", "",
     BODY(W_BLOCK, 0x7c, W_BLOCK, 0x7c, GET(1), GET(1), 0xa2, GET(0), 0x0e, 2, 0, 1, 0, END, 0x9a,
          END, END),
     WORLD_METERED},
    {"two_tables_with_values", "ii", "i", "",
     BODY(W_BLOCK, 0x7f, CONST(50), W_BLOCK, 0x7f, GET(0), GET(0), GET(1), 0x0e, 1, 1, 0, END,
          GET(1), 0x0e, 2, 0, 0, 0, END, END),
     WORLD_METERED},
    {"loop_with_parameters", "i", "i", "",
     BODY(CONST(0), GET(0), W_LOOP, 8, GET(0), ADD, GET(0), CONST(1), W_I32_SUB, TEE(0), W_BR_IF, 0,
          END, ADD, END),
     WORLD_METERED},
    {"pending_twice", "ii", "i", "",
     BODY(GET(0), GET(0), GET(1), GET(0), ADD, TEE(0), W_I32_MUL, ADD, GET(0), W_I32_SUB, END),
     WORLD_METERED},
    {"condition_from_before", "iiF", "F", "F",
     BODY(W_BLOCK, 0x40, GET(0), GET(1), 0x48, GET(2), GET(2), 0xa2, SET(3), W_BR_IF, 0, GET(2),
          W_RETURN, END, GET(3), END),
     WORLD_METERED},
    {"swap", "iI", "I", "i",
     BODY(GET(1), GET(1), W_I64_CONST, 3, W_I64_ADD, SET(1), GET(0), CONST(1), ADD, SET(0), GET(1),
          0x7d, GET(0), 0xac, 0x7e, END),
     WORLD_METERED},
    {"copies_of_a_local", "i", "i", "ii",
     BODY(GET(0), CONST(1), ADD, SET(1), GET(1), SET(2), GET(1), CONST(2), W_I32_MUL, SET(1),
          GET(1), GET(2), W_I32_SUB, END),
     WORLD_METERED},
    {"set_in_one_arm", "ii", "i", "",
     BODY(GET(0), GET(1), W_IF, 0x40, CONST(9), SET(0), END, GET(0), W_I32_SUB, END),
     WORLD_METERED},
    {"below_a_call", "if", "f", "f",
     BODY(GET(1), GET(1), 0x92, GET(0), W_CALL, 0, 0xb2, 0x94, TEE(2), GET(2), 0x92, END),
     WORLD_METERED},
    {"result_of_a_call", "i", "i", "",
     BODY(GET(0), W_CALL, 1, CONST(3), 0x74, GET(0), W_CALL, 0, W_I32_SUB, END), WORLD_METERED},
    {"dropped", "ii", "i", "",
     BODY(GET(0), GET(1), ADD, W_DROP, GET(0), GET(1), W_I32_MUL, W_DROP, GET(0), END),
     WORLD_METERED},
    {"far_tee", "i", "i", FAR_LOCALS,
     BODY(GET(0), CONST(1), ADD, W_LOCAL_TEE, 0xd0, 0x0f, CONST(3), W_I32_MUL, W_LOCAL_GET, 0xd0,
          0x0f, W_I32_SUB, END),
     WORLD_METERED},
    {"far_float", "F", "F", FAR_LOCALS,
     BODY(GET(0), GET(0), 0xa2, W_LOCAL_TEE, 0xd1, 0x0f, 0x9f, W_LOCAL_GET, 0xd1, 0x0f, 0xa0,
          GET(0), W_LOCAL_SET, 0xd1, 0x0f, W_LOCAL_GET, 0xd1, 0x0f, 0xa0, END),
     WORLD_METERED},
    {"vector_products", "vvv", "v", "",
     BODY(GET(0), GET(1), F32X4_MUL, GET(2), F32X4_ADD, GET(0), GET(1), F32X4_MUL, F32X4_ADD,
          GET(2), GET(0), F32X4_MUL, F32X4_SUB, GET(0), GET(1), I32X4_DOT, I32X4_ADD, END),
     WORLD_METERED},
    {"vector_shuffles", "vv", "v", "",
     BODY(GET(0), GET(0), SHUFFLE(3, 18), GET(1), SHUFFLE(1, 0), GET(1), GET(0), SHUFFLE(17, 31),
          GET(1), SHUFFLE(2, 20), V_XOR, END),
     WORLD_METERED},
    {"vector_sums_as_addresses", "ii", "v", "",
     BODY(GET(0), GET(1), ADD, V_LOAD(5), GET(0), CONST(9), ADD, V_LOAD(0), V_XOR, END),
     WORLD_METERED},
    {"vector_constants", "v", "v", "v",
     BODY(V_CONST(7), GET(0), V_AND, V_CONST(9), V_XOR, V_CONST(1), GET(0), I32X4_SUB, I32X4_ADD,
          V_CONST(3), TEE(1), V_AND, V_CONST(4), GET(1), I32X4_ADD, V_XOR, END),
     WORLD_METERED},
    {"vector_rotations", "vv", "v", "",
     BODY(GET(0), CONST(7), I32X4_SHL, GET(0), CONST(25), I32X4_SHR_U, V_OR, TEE(1), CONST(3),
          I32X4_SHR_U, GET(1), CONST(29), I32X4_SHL, V_OR, GET(0), CONST(2), I32X4_SHL, GET(0),
          CONST(31), I32X4_SHR_U, V_OR, V_XOR, END),
     WORLD_METERED},
    {"vector_moves", "vv", "v", "vv",
     BODY(GET(0), SET(2), GET(1), SET(3), GET(2), GET(3), V_XOR, END), WORLD_METERED},
};

const size_t golden_count = sizeof goldens / sizeof *goldens;

void golden_build(struct wasm *w, const struct golden *g)
{
    uint32_t unary = wasm_type(w, "i", "i"), table[1] = {1},
             type = wasm_type(w, g->params, g->results);
    for (int i = 2; i < 6; i++)
        wasm_type(w, "", "");
    wasm_type(w, "F", "F");
    wasm_type(w, "", "Fi");
    wasm_type(w, "ii", "ii");
    wasm_import_func(w, "h", "f", unary);
    wasm_func(w, unary, "", BYTES(GET(0), END));
    wasm_export(w, "f", 0, wasm_func(w, type, g->locals, g->body, g->len));
    wasm_table(w, 'r', 2, 2);
    wasm_memory(w, 1, 1);
    wasm_global(w, 'i', true, BYTES(CONST(0), END));
    wasm_global(w, 'i', false, BYTES(CONST(40), END));
    wasm_elem(w, 0, table, 1);
}
