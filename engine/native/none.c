/*
 * Where there is no machine code: functions are interpreted.
 */
#include "engine/runtime/native.h"

bool native_supported(void)
{
    return false;
}

struct native *native_new(const struct code *code, size_t wasm_bytes, struct native_budget *budget)
{
    (void)code;
    (void)wasm_bytes;
    (void)budget;
    return NULL;
}

void native_delete(struct native *native)
{
    (void)native;
}

void native_expect(struct native *native, uint32_t func)
{
    (void)native;
    (void)func;
}

void native_first_call(struct native *native, const uint8_t *ip)
{
    (void)native;
    (void)ip;
}

void native_set_active(struct native *native, bool active)
{
    (void)native;
    (void)active;
}

void native_begin_reading(struct native *native)
{
    (void)native;
}

void native_end_reading(struct native *native)
{
    (void)native;
}

const uint8_t *native_place(const struct native *native, uintptr_t pc)
{
    (void)native;
    (void)pc;
    return NULL;
}

size_t native_code_bytes(const struct native *native)
{
    (void)native;
    return 0;
}
