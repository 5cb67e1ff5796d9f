//! How the code looks that loaders, compilers and bundlers add to a function.

use std::collections::HashSet;

use oxc_ast::ast::BindingIdentifier;
use oxc_ast_visit::Visit;

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
pub(super) const NUMBERED: [&str; 2] = ["__vite_ssr_import_", "__vi_import_"];

/// Whether `text` may have code of a loader. All of it has a name with `_`, which an escape may hide.
pub(super) fn may_be_loaders(text: &str) -> bool {
    text.contains('_') || text.contains("\\u")
}

/// Names that the text binds itself: what they stand for is not the loader's.
#[derive(Default)]
pub(super) struct BoundNames<'text>(pub HashSet<&'text str>);

impl<'text> Visit<'text> for BoundNames<'text> {
    fn visit_binding_identifier(&mut self, identifier: &BindingIdentifier<'text>) {
        self.0.insert(identifier.name.as_str());
    }
}

/// Whether `name` is `prefix`, a number, and `__`.
pub(super) fn is_numbered(name: &str, prefix: &str) -> bool {
    let number = name.strip_prefix(prefix).and_then(|rest| rest.strip_suffix("__"));
    number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// How TypeScript (`x_1`), swc and Babel (`_x`) and esbuild (`import_x`) name what they import.
pub(super) fn is_module_name(name: &str) -> bool {
    let numbered = name.rsplit_once('_').is_some_and(|(_, number)| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    numbered || name.starts_with('_') || name.starts_with("import_")
}
