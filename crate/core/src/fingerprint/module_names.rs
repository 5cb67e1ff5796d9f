//! What the names of a module stand for, whatever function looks at them.

use std::collections::{BTreeMap, BTreeSet};

use oxc_allocator::Allocator;
use oxc_semantic::Semantic;

use super::declaration::{Import, import, is_initialised};
use super::function_text::{FunctionTextError, on_large_stack};
use super::module_text::analyse;

/// What the names of a module stand for, wherever they are looked at from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleNames {
    /// Names that something in the source assigns to after their declaration, wherever they are
    /// declared. A variable of another name keeps its first value.
    pub assigned: BTreeSet<String>,
    /// Names that its top level declares, other than imports.
    pub declared: BTreeSet<String>,
    /// Names that its top level imports.
    pub imports: BTreeMap<String, Import>,
}

/// The names of a module. None as in [`super::assignments`].
///
/// # Errors
///
/// Those of [`super::assignments`].
///
/// ```
/// # use engram_core::fingerprint::module_names;
/// let names = module_names("let runs = 0, size = 1; const f = () => runs++")?;
/// assert!(names.is_some_and(|names| names.assigned.contains("runs") && names.assigned.len() == 1));
/// # Ok::<(), engram_core::fingerprint::FunctionTextError>(())
/// ```
pub fn module_names(source: &str) -> Result<Option<ModuleNames>, FunctionTextError> {
    on_large_stack(source, || {
        let allocator = Allocator::default();
        let semantic = analyse(&allocator, source)?;
        Some(names_of(&semantic))
    })
}

fn names_of(semantic: &Semantic<'_>) -> ModuleNames {
    let scoping = semantic.scoping();
    let mut names = ModuleNames::default();
    for symbol in scoping.symbol_ids() {
        let is_written =
            semantic.symbol_references(symbol).any(oxc_syntax::reference::Reference::is_write);
        let is_late = !is_initialised(semantic.nodes(), scoping.symbol_declaration(symbol));
        if is_written || is_late || !scoping.symbol_redeclarations(symbol).is_empty() {
            names.assigned.insert(scoping.symbol_name(symbol).to_owned());
        }
    }
    for (name, references) in scoping.root_unresolved_references() {
        if references.iter().any(|id| scoping.get_reference(*id).is_write()) {
            names.assigned.insert(name.to_string());
        }
    }
    for symbol in scoping.get_bindings(scoping.root_scope_id()).values() {
        let name = scoping.symbol_name(*symbol).to_owned();
        let node = scoping.symbol_declaration(*symbol);
        match import(semantic.nodes(), node, scoping.symbol_span(*symbol)) {
            Some(import) => drop(names.imports.insert(name, import)),
            None => drop(names.declared.insert(name)),
        }
    }
    names
}
