/*
 * The handlers of the tail-call interpreter once more, but each returns to its caller instead of going on; only those of vectors are kept. State travels
 * in arguments one way and through the store's `struct exec` the other.
 */
#include "config.h"

#include "engine/exec/guard.h"
#include "engine/exec/interp_vectors.h"

#define HANDLER(name)                                                                              \
    static __attribute__((unused)) HANDLER_SECTION slow_path op_##name(                            \
        const uint8_t *ip, uint8_t *fp, uint64_t fuel, struct instance *inst, uint8_t *mem,        \
        uint64_t acc, float acc_f32, double acc_f64, v128 acc_v128)
#define DISPATCH                                                                                   \
    do {                                                                                           \
        SPILL(inst->exec);                                                                         \
        return NULL;                                                                               \
    } while (0)
/* No vector op asks. */
#define IS_AT(name) false
#define SLOW(name)  return slow_##name

#pragma GCC diagnostic ignored "-Wunused-parameter"
#include "engine/exec/handlers.inc"
#include "engine/exec/handlers_simd.inc"

const vector_handler interp_vectors[] = {
#define V(name, len, fmt, flags, synopsis) [IR_##name - IR_FIRST_VECTOR] = op_##name,
#include "engine/isa/ir_all_simd.def"
#undef V
};
