/* module_suites.h - the suites of tests/engine/module/. */
#ifndef TESTS_ENGINE_MODULE_MODULE_SUITES_H
#define TESTS_ENGINE_MODULE_MODULE_SUITES_H

#include "tests/engine/decode_fixture.h"

Suite *suite_reader(void);
Suite *suite_types(void);
Suite *suite_type_registry(void);
Suite *suite_valtypes(void);
Suite *suite_feature_gate(void);
Suite *suite_instr(void);
Suite *suite_module(void);
Suite *suite_frame(void);
Suite *suite_section_types(void);
Suite *suite_section_imports(void);
Suite *suite_section_entities(void);
Suite *suite_section_exports(void);
Suite *suite_section_segments(void);
Suite *suite_section_code(void);
Suite *suite_section_custom(void);
Suite *suite_const_expr(void);
Suite *suite_enforced_limits(void);
Suite *suite_later_features(void);

#endif
