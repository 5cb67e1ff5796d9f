//! How the code looks that loaders, compilers and bundlers add to a function.

use std::collections::HashSet;

use oxc_ast::ast::{AssignmentTargetPropertyIdentifier, BindingIdentifier, Program};
use oxc_ast_visit::{Visit, walk};

/// Names that esbuild and tsx give to the helper that keeps `f.name`.
pub(super) const KEEP_NAME: &str = "__name";

/// Helpers that TypeScript, esbuild, swc and Babel put around `require(…)` of an ES module.
pub(super) const INTEROP: [&str; 9] = [
    "__importDefault",
    "__importStar",
    "__toESM",
    "_interopRequireDefault",
    "_interopRequireWildcard",
    "_interop_require_default",
    "_interop_require_wildcard",
    "_interopDefault",
    "_interopNamespace",
];

/// How vite and vitest name what they import, with a number that depends on the order of imports.
const NUMBERED: [&str; 2] = ["__vite_ssr_import_", "__vi_import_"];

/// What vite and vitest make of `import(…)`.
pub(super) const IMPORT_CALLS: [&str; 2] = ["__vite_ssr_dynamic_import__", "__vi_import__"];

/// Stands before the number that replaces the name of a module.
pub(super) const MODULE_ALIAS: &str = "module_";

/// Whether `text` may have code of a loader. All of it has a name with `_`, which an escape may hide.
pub(super) fn may_be_loaders(text: &str) -> bool {
    text.contains('_') || text.contains("\\u")
}

/// Names whose places do more than mention a variable of the surroundings.
#[derive(Default)]
pub(super) struct OwnNames<'text> {
    /// Names that the text binds itself: what they stand for is not the loader's.
    pub bound: HashSet<&'text str>,
    /// Names that are also the key of what is assigned to them: `({ a } = b)`.
    pub keys: HashSet<&'text str>,
}

impl<'text> OwnNames<'text> {
    pub fn of(program: &Program<'text>) -> Self {
        let mut names = Self::default();
        names.visit_program(program);
        names
    }
}

impl<'text> Visit<'text> for OwnNames<'text> {
    fn visit_binding_identifier(&mut self, identifier: &BindingIdentifier<'text>) {
        self.bound.insert(identifier.name.as_str());
    }

    fn visit_assignment_target_property_identifier(
        &mut self,
        property: &AssignmentTargetPropertyIdentifier<'text>,
    ) {
        self.keys.insert(property.binding.name.as_str());
        walk::walk_assignment_target_property_identifier(self, property);
    }
}

/// Whether the name is one that a loader gives to a module that the text imports from, after the
/// module's file or its place among the imports. What the module is, its members tell.
pub(super) fn is_module_name(name: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // vite: `__vi_import_0__`; TypeScript: `x_1`; swc and Babel: `_x`; esbuild: `import_x`.
    let of_vite = NUMBERED.into_iter().any(|prefix| {
        let number = name.strip_prefix(prefix).and_then(|rest| rest.strip_suffix("__"));
        number.is_some_and(is_number)
    });
    of_vite
        || name.rsplit_once('_').is_some_and(|(_, number)| is_number(number))
        || (name.starts_with('_') && !name.starts_with("__"))
        || name.starts_with("import_")
}
