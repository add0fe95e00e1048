#!/bin/sh
# CUPEL_WRAP is strict C11, in programs that want every warning; what it cannot wrap does not compile.
# shellcheck source=tests/checks/lib.sh
. "$(dirname "$0")/lib.sh"

: "${CC:=cc}"
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# The function's declaration, then what is wrapped.
compiles() {
    printf '#include "engine/cupel.h"\n%s;\nCUPEL_WRAP(wrapped, f, %s);\nconst cupel_wrapped_t *const all[] = {&wrapped};\n' \
        "$1" "$2" > "$tmp/unit.c"
    # shellcheck disable=SC2086
    $CC -std=c11 -pedantic-errors -Wall -Wextra -Wconversion -Wshadow -Werror -fsyntax-only "-I$srcdir" "$tmp/unit.c" 2> "$tmp/errors"
}

good() {
    if ! compiles "$1" "$2"; then
        complain "$1 is not wrapped as $2:"
        sed 's/^/    /' "$tmp/errors" >&2
    fi
}

bad() {
    ! compiles "$1" "$2" || complain "$1 is wrapped as $2"
}

good 'void f(void)' 'void, (void)'
good 'int f(int a, unsigned b)' 'int32_t, (int32_t, uint32_t)'
good 'float f(const double a)' 'float, (double)'
good 'void f(void *env, int64_t a)' 'void, (void *, int64_t)'
good 'cupel_trap_t *f(cupel_caller_t *c, uint64_t a, float *b)' \
    'cupel_trap_t *, (cupel_caller_t *, uint64_t, float *)'
good 'cupel_func_t f(cupel_externref_t a, cupel_externref_t *b)' \
    'cupel_func_t, (cupel_externref_t, cupel_externref_t *)'

# Types that WebAssembly's calls do not have.
bad 'void f(short a)' 'void, (short)'
bad 'void f(char *a)' 'void, (char *)'
bad 'void f(cupel_val_t a)' 'void, (cupel_val_t)'
bad 'long double f(void)' 'long double, (void)'
bad 'void *f(void)' 'void *, (void)'
# Prototypes that are not the function's.
bad 'void f(int32_t a)' 'void, (uint32_t)'
bad 'void f(int32_t a)' 'void, (int64_t)'
bad 'void f(int32_t a)' 'int32_t, (int32_t)'
bad 'int32_t f(int32_t a)' 'void, (int32_t)'
bad 'void f(int32_t a)' 'void, (void)'
bad 'void f(float a, float b)' 'void, (float)'
bad 'void f(float a)' 'void, (float, float)'
bad 'void f(int a, int b, int c, int d, int e, int f, int g, int h, int i, int j, int k, int l, int m)' \
    'void, (int, int, int, int, int, int, int, int, int, int, int, int, int)'
finish check-wrap
