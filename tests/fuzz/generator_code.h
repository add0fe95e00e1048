/*
 * generator_code.h - the part of the generator that writes function bodies.
 */
#ifndef CUPEL_TESTS_GENERATOR_CODE_H
#define CUPEL_TESTS_GENERATOR_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/fuzz/generator.h"

/* The binary format's value types. */
enum { I32 = 0x7f, I64 = 0x7e, F32 = 0x7d, F64 = 0x7c, NONE = 0x40 };

struct input {
    const uint8_t *bytes;
    size_t len;
    size_t at;
};

/* The next byte; 0 once there is none. */
uint8_t take(struct input *in);
/* A number below `limit`. */
unsigned take_below(struct input *in, unsigned limit);

struct output {
    uint8_t *bytes;
    size_t len;
    size_t capacity;
};

/* What does not fit is dropped; the caller keeps a reserve and looks at `len`. */
void put_byte(struct output *out, unsigned byte);
void put_u32(struct output *out, uint32_t value);
void put_s64(struct output *out, int64_t value);
void put_bytes(struct output *out, const void *bytes, size_t len);

#define TYPE_MAX_VALUES 4

struct func_type {
    uint8_t params[TYPE_MAX_VALUES];
    uint8_t results[TYPE_MAX_VALUES];
    uint8_t nparams, nresults;
};

extern const struct func_type func_types[];
extern const unsigned func_type_count;

/* The globals: the counter, then one mutable global of each number type. */
enum { GLOBAL_COUNTER, GLOBAL_I32, GLOBAL_I64, GLOBAL_F32, GLOBAL_F64, GLOBAL_COUNT };

#define MAX_FUNCTIONS 4
#define TABLE_SIZE    8
#define DATA_SEGMENTS 2 /* 0 active, 1 passive */
#define PASSIVE_BYTES 24
#define PASSIVE_ELEMS 3

#define MAX_LOCALS    12
#define MAX_LABELS    24
#define VECTOR_LOCALS 4

struct body {
    struct input *in;
    struct output *out;
    const uint8_t *functions; /* the type index of each function */
    unsigned function_count;
    const struct func_type *type;
    uint8_t locals[TYPE_MAX_VALUES + MAX_LOCALS]; /* parameters first */
    unsigned local_count;
    uint8_t scratch_f32, scratch_f64; /* locals to make NaNs alike with */
    uint8_t vectors;                  /* the first of VECTOR_LOCALS; that one makes NaNs alike */
    uint8_t labels[MAX_LABELS];       /* what a branch carries; NONE for nothing */
    unsigned label_count;
};

/* Writes the body of a function, with its locals and its end. */
void generate_body(struct input *in, struct output *out, const uint8_t *functions,
                   unsigned function_count, const struct func_type *type);

/* One value of a type; at most `depth` levels of nested expressions. */
void generate_value(struct body *body, uint8_t type, unsigned depth);
/* The parts of it that are about numbers. */
void put_constant(struct body *body, uint8_t type);
void put_operation(struct body *body, uint8_t type, unsigned depth);
/* The operations that look at the bits of floats. */
void put_bit_operation(struct body *body, uint8_t type, unsigned depth);
/* Replaces the NaN on the stack, if it is one, by the canonical one. */
void put_same_nan(struct body *body, uint8_t type);
/* An instruction without operands, or with its last one alone: for code that is never reached. */
void put_bare_operation(struct body *body, uint8_t type, bool with_operand, unsigned depth);

/* A number that is read out of a vector; a store of one. */
void put_from_vector(struct body *body, uint8_t type, unsigned depth);
void put_vector_store(struct body *body, unsigned depth);

void generate_statements(struct body *body, unsigned depth);
void generate_store(struct body *body, unsigned depth);
/* The values that a branch to the label, or to the function's end, carries. */
void generate_carried(struct body *body, unsigned label, unsigned depth);
/* The counter's price of going on. */
void generate_toll(struct body *body);

#endif
