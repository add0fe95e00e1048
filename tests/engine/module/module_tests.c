/* All suites of the module layer in one program. */
#include "tests/engine/module/module_suites.h"

int main(void)
{
    return run_suites((Suite *(*const[])(void)){
        suite_reader,
        suite_types,
        suite_type_registry,
        suite_valtypes,
        suite_feature_gate,
        suite_instr,
        suite_module,
        suite_frame,
        suite_section_types,
        suite_section_imports,
        suite_section_entities,
        suite_section_exports,
        suite_section_segments,
        suite_section_code,
        suite_section_custom,
        suite_const_expr,
        suite_enforced_limits,
        suite_later_features,
        NULL,
    });
}
