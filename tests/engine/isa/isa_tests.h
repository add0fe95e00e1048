/*
 * isa_tests.h - the tests of tests/engine/isa/.
 */
#ifndef TESTS_ENGINE_ISA_ISA_TESTS_H
#define TESTS_ENGINE_ISA_ISA_TESTS_H

#include <check.h>

void add_ir(TCase *tc);
void add_isa(TCase *tc);

#endif
