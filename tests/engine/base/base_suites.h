/* base_suites.h - the suites of tests/engine/base/. */
#ifndef TESTS_ENGINE_BASE_BASE_SUITES_H
#define TESTS_ENGINE_BASE_BASE_SUITES_H

#include "tests/engine/decode_fixture.h"

Suite *suite_alloc(void);
Suite *suite_pages(void);
Suite *suite_status(void);
Suite *suite_utf8(void);
Suite *suite_vec(void);

#endif
