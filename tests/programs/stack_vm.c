/* An interpreter of a little stack machine, one big switch, running a program that counts primes. */
#include "tests/programs/program.h"

enum op {
    PUSH,
    LOAD,
    STORE,
    ADD,
    SUB,
    MUL,
    DIV,
    MOD,
    AND,
    OR,
    XOR,
    SHL,
    SHR,
    LESS,
    EQUAL,
    NOT,
    JUMP,
    JUMP_IF,
    CALL,
    RETURN,
    DUP,
    DROP,
    SWAP,
    EMIT,
    HALT
};

static int64_t memory[64];
static int64_t stack[256];

/* for (i = 2; i < limit; i++) { for (d = 2; d * d <= i; d++) if (i % d == 0) goto next; emit(i); } */
static const int16_t code[] = {
    /*  0 */ PUSH, 2,    STORE, 0,
    /*  4 */ LOAD, 0,    LOAD,  1,    LESS, NOT,    JUMP_IF, 56,
    /* 12 */ PUSH, 2,    STORE, 2,
    /* 16 */ LOAD, 0,    LOAD,  2,    DUP,  MUL,    LESS,    JUMP_IF, 44,
    /* 25 */ LOAD, 0,    LOAD,  2,    MOD,  PUSH,   0,       EQUAL,   JUMP_IF, 47,
    /* 35 */ LOAD, 2,    PUSH,  1,    ADD,  STORE,  2,       JUMP,    16,
    /* 44 */ LOAD, 0,    EMIT,
    /* 47 */ LOAD, 0,    PUSH,  1,    ADD,  STORE,  0,       JUMP,    4,
    /* 56 */ CALL, 59,   HALT,
    /* 59 */ PUSH, 100,  DUP,   PUSH, 3,    SHL,    SWAP,    PUSH,    1,       SHR,
    XOR,           EMIT,
    /* 71 */ PUSH, 77,   PUSH,  12,   AND,  PUSH,   7,       OR,      PUSH,    5,
    SUB,           PUSH, 3,     DIV,  EMIT, RETURN,
};

/* The operations of two values. */
static int64_t combine(enum op op, int64_t x, int64_t y)
{
    switch (op) {
    case ADD:
        return x + y;
    case SUB:
        return x - y;
    case MUL:
        return x * y;
    case DIV:
        return x / y;
    case MOD:
        return x % y;
    case AND:
        return x & y;
    case OR:
        return x | y;
    case XOR:
        return x ^ y;
    case SHL:
        return (int64_t)((uint64_t)x << y);
    case SHR:
        return x >> y;
    case LESS:
        return x < y;
    case EQUAL:
        return x == y;
    default:
        return 0;
    }
}

static uint64_t interpret(uint32_t limit, uint64_t digest)
{
    int64_t *top = stack;
    uint32_t calls[16];
    uint32_t depth = 0;
    uint32_t at = 0;
    memory[1] = limit;
    for (;;) {
        int64_t y = *top;
        enum op op = (enum op)code[at++];
        switch (op) {
        case PUSH:
            *++top = code[at++];
            break;
        case LOAD:
            *++top = memory[code[at++]];
            break;
        case STORE:
            memory[code[at++]] = *top--;
            break;
        case NOT:
            *top = !y;
            break;
        case JUMP:
            at = (uint32_t)code[at];
            break;
        case JUMP_IF:
            --top;
            at = y != 0 ? (uint32_t)code[at] : at + 1;
            break;
        case CALL:
            calls[depth++] = at + 1;
            at = (uint32_t)code[at];
            break;
        case RETURN:
            at = calls[--depth];
            break;
        case DUP:
            *++top = y;
            break;
        case DROP:
            --top;
            break;
        case SWAP:
            *top = top[-1];
            top[-1] = y;
            break;
        case EMIT:
            --top;
            digest = digest_u64(digest, (uint64_t)y);
            break;
        case HALT:
            return digest_u64(digest, (uint64_t)(top - stack));
        default:
            top--;
            *top = combine(op, *top, y);
            break;
        }
    }
}

PROGRAM(stack_vm)
{
    return interpret(n, DIGEST_INIT);
}
