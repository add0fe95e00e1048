/*
 * translator.h - the state of a translation, and what its parts offer each other.
 *
 * Operands are symbolic: local.get and constants emit nothing, they push an entry that says where
 * the value is. Only what must lie at a fixed place (arguments, results of blocks, values that a
 * branch carries) is settled, that is copied to the entry's own slot.
 *
 * The translator knows which slot each accumulator mirrors. An operand that is mirrored is read
 * from the accumulator, and if it was a temporary, the op that produced it no longer needs to write
 * its slot: it is turned into its variant that does not.
 */
#ifndef CUPEL_TRANSLATE_TRANSLATOR_H
#define CUPEL_TRANSLATE_TRANSLATOR_H

#include "engine/isa/ir.h"
#include "engine/translate/code.h"
#include "engine/validate/validate.h"

/* Classes of values: each has an accumulator. */
enum value_class { CLASS_INT, CLASS_F32, CLASS_F64, CLASS_V128, CLASS_COUNT };

enum entry_kind {
    ENTRY_TEMP,  /* in its own slot */
    ENTRY_LOCAL, /* still in the local */
    ENTRY_CONST  /* known */
};

/* An entry of the symbolic operand stack. */
struct entry {
    uint8_t kind;
    uint8_t class;
    valtype type;
    int32_t own;    /* its own slot, a byte offset from the frame pointer */
    int32_t slot;   /* where the value is: `own`, the local's, or CONST_SLOT */
    uint32_t local; /* of ENTRY_LOCAL: its place in `locals`; else NO_LOCAL */
    uint64_t bits;  /* of ENTRY_CONST; of a v128: its index in `vectors` */
};

/* Locals are counted from 1 on, so that what an entry stands for need not be asked when it is popped. */
#define NO_LOCAL 0
struct local {
    struct entry read; /* what reading it pushes, but for that entry's own slot */
    uint32_t pending;  /* such entries on the stack */
    uint32_t slots;
};

/* Its place, a byte offset; far ones are >= FAR_BASE. */
static inline int32_t local_slot(const struct local *l)
{
    return l->read.slot;
}

/* A label, parallel to the validator's control frames. */
struct label {
    uint8_t op;       /* OP_BLOCK, OP_LOOP, OP_IF, OP_ELSE */
    bool dead;        /* entered in unreachable code: nothing of it is translated */
    uint32_t entries; /* on the operand stack below its parameters */
    uint32_t height;  /* the same in slots */
    int32_t base;     /* slot of the first parameter and of the first result */
    uint32_t start;   /* of a loop: offset of its first op */
    uint32_t pending; /* chain of label fields to fill in, 0 ends it */
    uint32_t else_field;
    uint32_t pad;    /* br_table: offset of the code that moves values and goes here, */
    uint32_t pad_of; /* for the br_table at this offset */
};

/* A constant of 16 bytes. */
struct vector_bytes {
    uint8_t bytes[16];
};

/* What an accumulator holds besides the last result: the value of `slot`. */
struct mirror {
    int32_t slot;      /* NO_SLOT if unknown */
    uint32_t producer; /* offset of the op that wrote it and may be redirected, or 0 */
    bool droppable;    /* the producer has a variant that does not write the slot */
};
#define NO_SLOT    INT32_MIN
#define CONST_SLOT (INT32_MIN + 1) /* is never mirrored */

struct translator {
    const struct module *m;
    const struct decode_config *config;
    const struct translate_config *how;
    bool memory_is_common;      /* memory 0 is there, with 32-bit addresses */
    uint64_t unchecked_offsets; /* accesses to it at offsets below need no check */
    struct code *code;
    /* The arena: where it is, where the next op goes, and how far it is there; `room` is 0 after a failure. `code` learns of it when the function ends. */
    uint8_t *base;
    uint32_t at;
    size_t room;
    struct errinfo *err;
    enum status status; /* the first failure while emitting */
    struct validator v;

    /* the function */
    uint32_t func;
    const functype *type;
    VEC(struct entry) stack;
    VEC(struct label) labels;
    VEC(struct vector_bytes) vectors; /* constants of type v128 */
    VEC(struct local) locals;         /* at NO_LOCAL: what is none */
    uint32_t settled; /* entries from the bottom, if there are so many, that hold no ENTRY_LOCAL */
    uint32_t height;  /* of the operand stack, in slots */
    uint32_t max_height;  /* the greatest that there was */
    int32_t temp_base;    /* slot of the operand stack's bottom */
    uint32_t far_bytes;   /* of far locals */
    uint32_t frame_bytes; /* highest slot used otherwise */
    uint32_t enter;       /* offset of the ENTER op */

    /* the running block */
    uint32_t cost;
    uint32_t
        charge; /* offset of the op that charges it, 0 if there is none yet; NO_CHARGE without fuel */
    VEC(uint32_t) branches; /* offsets of the function's branches that pay */

    /* emission */
    uint32_t last;     /* offset of the last op if nothing can jump behind it, else 0 */
    uint32_t previous; /* of the one right before it, on the same condition, else 0 */
    struct mirror mirrors[CLASS_COUNT];
    bool several;              /* a mirror other than that of integers may hold something */
    uint32_t shift;            /* the last op that shifts a local by a constant, */
    int32_t shift_slot;        /* and that local's slot */
    struct mirror before_last; /* the integer mirror as it was before the last op */
    uint64_t offset;           /* of the instruction, in the module */
    uint64_t body;             /* of the function's body */
    /* last recorded position, relative to the function's start and body; and what was before it */
    uint32_t position_code, position_wasm;
    struct {
        size_t len;
        uint32_t code, wasm;
    } before_position;
    uint8_t scratch[64]; /* takes ops once emission has failed */
};

#define NO_CHARGE UINT32_MAX

/* Locals whose slot would lie further up than this are far: reached only by FAR_GET and FAR_SET. */
#define NEAR_LOCAL_SLOTS 1000u
#define TEMP_SLOTS       3050u /* of the operand stack, outgoing frames' headers included */
#define FAR_BASE         (8 * (FRAME_HEADER_SLOTS + (int32_t)NEAR_LOCAL_SLOTS + (int32_t)TEMP_SLOTS))

/* ---- emit.c: ops ---- */

/* Appends an op of the running block and returns its bytes: all operands 0. Opens the block's fuel
 * charge when it is due. */
uint8_t *emit_op(struct translator *t, enum ir_op op);
/* The same for ops with a result in `slot`: sets the mirror of `class`. `droppable`: the op before
 * it in number does not write the slot. */
uint8_t *emit_result(struct translator *t, enum ir_op op, enum value_class class, int32_t slot,
                     bool droppable);
/* A branch op, BR or a conditional one; where fuel is charged, its variant that pays. The label's field is at byte 12. */
uint8_t *emit_branch(struct translator *t, enum ir_op op);
/* A branch that has room for what it pays whether or not fuel is charged. The label's field is at byte 12. */
uint8_t *emit_long_branch(struct translator *t, enum ir_op op);
/* All labels and charges of the function are known: folds charges into the branches that lead to them. */
void fold_charges(struct translator *t);
/* Room for `n` more bytes of labels behind the last op. */
uint8_t *emit_extra(struct translator *t, uint32_t n);
/* Offset where the next op goes. */
static inline uint32_t here(const struct translator *t)
{
    return t->at;
}
static inline uint8_t *code_at(const struct translator *t, uint32_t offset)
{
    return t->base + offset;
}
/* Takes back the last op. */
void unemit_last(struct translator *t);
/* Takes back the op before the last one, an addition that nothing else knows of; the last one, which may trap, moves up. */
void unemit_previous(struct translator *t);
/* What costs nothing; every other instruction costs 1. */
static inline bool free_of_charge(uint16_t op)
{
    switch (op) {
    case OP_NOP:
    case OP_DROP:
    case OP_BLOCK:
    case OP_LOOP:
    case OP_ELSE:
    case OP_END:
    case OP_UNREACHABLE:
    case OP_RETURN:
        return true;
    default:
        return false;
    }
}
/* Ends the running block: its cost is known now. */
void finish_block(struct translator *t);
/* Something may jump to the next op: forgets what the accumulators hold. */
void forget_all(struct translator *t);
void forget_producers(struct translator *t);
/* The same, but an op that produced `cond` (may be NULL) may still be fused. */
void forget_producers_but_last(struct translator *t, const struct entry *cond);
/* The last op, whose result is of that class, has no variant that does not write its slot. */
static inline void keep_result(struct translator *t, enum value_class class)
{
    t->mirrors[class].droppable = false;
}
/* Records a failure; the first one counts. */
void translator_fail(struct translator *t, enum status status);

/* ---- operands.c: the symbolic stack; what every instruction does is in operands.h ---- */

#include "engine/translate/operands.h"

/* Copies the value of `e` to `slot`; e is consumed if `consume` (a temporary that is in an
 * accumulator need not be written). */
void move_to(struct translator *t, const struct entry *e, int32_t slot, bool consume);
/* Makes an entry lie in its own slot. */
void settle_entry(struct translator *t, struct entry *e);
/* A popped entry that is a constant is put into its own slot. */
void settle_const(struct translator *t, struct entry *e);
/* The upper `n` entries. */
void settle_top(struct translator *t, uint32_t n);
/* All entries that stand for locals. */
void settle_locals(struct translator *t);
/* Those that stand for `local`, before it changes. */
void preserve_local(struct translator *t, uint32_t local);
/* Pops to `entries` and `height`. */
void unwind_entries(struct translator *t, uint32_t entries, uint32_t height);

/* ---- lowering, by family ---- */

void lower_unary(struct translator *t, const struct instr *in);
void lower_binary(struct translator *t, const struct instr *in);
void lower_wide(struct translator *t, const struct instr *in);
void lower_select(struct translator *t);
void lower_load(struct translator *t, const struct instr *in);
void lower_store(struct translator *t, const struct instr *in);
/* The same for memory 0 with 32-bit addresses, which has ops of its own. */
void lower_common_load(struct translator *t, uint16_t op, uint64_t offset);
void lower_common_store(struct translator *t, uint16_t op, uint64_t offset);
/* Whether an access is to such a memory. */
static inline bool access_is_common(const struct translator *t, const struct instr *in)
{
    return in->of.memarg.memory == 0 && t->memory_is_common;
}
/* Whether one that is needs no explicit check. */
static inline bool offset_is_guarded(const struct translator *t, uint64_t offset)
{
    return offset < t->unchecked_offsets;
}
/* The form of a sum that take_sum has taken, in the order of those of an addition. */
uint32_t sum_form(const uint8_t *sum);
/* Puts the sum's operands, its first one at byte `first`, and the offset. */
void put_sum(uint8_t *p, unsigned first, const uint8_t *sum, uint64_t offset);
/* Folds a constant address into the offset if the sum is still a 32-bit number; else puts the constant into a slot. */
bool fold_address(struct translator *t, struct entry *address, uint64_t *offset);
void lower_simd(struct translator *t, const struct instr *in);
void lower_memory(struct translator *t, const struct instr *in);
void lower_table(struct translator *t, const struct instr *in);
void lower_variable(struct translator *t, const struct instr *in);
void lower_ref(struct translator *t, const struct instr *in);
void lower_call(struct translator *t, uint32_t func);
void lower_call_indirect(struct translator *t, const struct instr *in);
void lower_return_call(struct translator *t, uint32_t func);
void lower_return_call_indirect(struct translator *t, const struct instr *in);
void lower_return(struct translator *t);

/* lower_variable.c */
void local_get(struct translator *t, uint32_t local);
void local_set(struct translator *t, uint32_t local);
void local_tee(struct translator *t, uint32_t local);

/* Translates reachable code for as long as it is of the common kind; what it leaves to the general path is untouched. The status says whether that
 * failed. */
void translate_common(struct translator *t, struct reader *body);

/* lower_control.c. `before` is the validator's view before the instruction. */
enum status lower_block(struct translator *t, const struct instr *in);
void lower_else(struct translator *t, bool reachable);
void lower_end(struct translator *t, const struct blocktype *type, bool reachable);
void lower_br(struct translator *t, uint32_t depth);
void lower_br_if(struct translator *t, uint32_t depth);
void lower_br_table(struct translator *t, const struct instr *in);
/* Types that a branch to `depth` carries. */
const valtype *label_types(const struct translator *t, uint32_t depth, uint32_t *count);

/* fuse.c: emits a branch that is taken if `cond` (popped) is as wanted; returns the offset of its
 * label field. */
uint32_t branch_if(struct translator *t, const struct entry *cond, bool wanted);
/* fuse_numeric.c: lowers a binary instruction together with the last op, if that made one of its operands; false if there is no op for both. */
bool fuse_binary(struct translator *t, uint16_t op);
/* fuse_sum.c */
/* If the last op is an addition of 32 bits that produced `address` and nothing else uses it, takes it back: its op number (IR_I32_ADD_ss_s ...) and operands
 * (a at 10, b or the immediate at 12) are in `sum`. Then the access adds itself, at an offset that fits its form. */
bool take_sum(struct translator *t, const struct entry *address, uint64_t offset, uint8_t sum[16]);
/* The same where the addition is followed by one op, a load that produced `value` and has nothing to do with it. */
bool take_earlier_sum(struct translator *t, const struct entry *address, const struct entry *value,
                      uint64_t offset, uint8_t sum[16]);
/* fuse.c */
/* If the loop at `start` begins with a conditional branch, emits that branch before the one that leads back. */
void branch_ahead(struct translator *t, uint32_t start);
/* If the last op copies an integer, puts a branch in its place that copies first; its label is at byte 12. */
bool branch_with_move(struct translator *t);
/* Turns the last op, a comparison that produced `e`, into its opposite; false if it cannot be. */
bool invert_comparison(struct translator *t, const struct entry *e);

#endif
