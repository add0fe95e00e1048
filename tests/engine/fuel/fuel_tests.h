/*
 * fuel_tests.h - the tests of tests/engine/fuel/.
 */
#ifndef TESTS_ENGINE_FUEL_FUEL_TESTS_H
#define TESTS_ENGINE_FUEL_FUEL_TESTS_H

#include "tests/engine/runtime/runtime_fixture.h"

void add_cost_model(TCase *tc);

#endif
