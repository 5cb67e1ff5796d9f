//! What the names of a module stand for, whatever function looks at them.

use std::collections::{BTreeMap, BTreeSet};

use oxc_allocator::Allocator;
use oxc_ast::AstKind;
use oxc_semantic::{NodeId, Semantic, SymbolId};
use oxc_span::GetSpan;

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
    /// Those of `declared` and `imports` that V8 keeps for functions of an ES module: imports, exports,
    /// and what a function refers to. The others lie on the stack, and no inspector lists them.
    pub kept: BTreeSet<String>,
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
        if is_kept(semantic, *symbol) {
            names.kept.insert(name.clone());
        }
        match import(semantic.nodes(), node, scoping.symbol_span(*symbol)) {
            Some(import) => drop(names.imports.insert(name, import)),
            None => drop(names.declared.insert(name)),
        }
    }
    names
}

fn is_kept(semantic: &Semantic<'_>, symbol: SymbolId) -> bool {
    let nodes = semantic.nodes();
    let declaration = semantic.scoping().symbol_declaration(symbol);
    let is_linked = match nodes.kind(declaration) {
        AstKind::ImportSpecifier(_) | AstKind::ImportDefaultSpecifier(_) => true,
        _ => nodes.ancestor_kinds(declaration).any(|around| {
            matches!(around, AstKind::ExportDeclaration(_) | AstKind::ExportDefaultDeclaration(_))
        }),
    };
    is_linked
        || semantic.symbol_references(symbol).any(|reference| {
            let node = reference.node_id();
            matches!(nodes.parent_kind(node), AstKind::ExportSpecifier(_))
                || is_captured(semantic, node, declaration)
        })
}

/// Whether a function stands between the reference at `node` and the top level.
fn is_captured(semantic: &Semantic<'_>, node: NodeId, declaration: NodeId) -> bool {
    let nodes = semantic.nodes();
    let at = nodes.kind(node).span();
    // In the body of a class, its name is another variable.
    let is_own = |one: NodeId| one == declaration && matches!(nodes.kind(one), AstKind::Class(_));
    let runs_later = |one: NodeId| match nodes.kind(one) {
        AstKind::Function(_) | AstKind::ArrowFunctionExpression(_) | AstKind::StaticBlock(_) => {
            true
        }
        AstKind::PropertyDefinition(field) => {
            field.value.as_ref().is_some_and(|value| value.span().contains_inclusive(at))
        }
        _ => false,
    };
    nodes.ancestor_ids(node).any(runs_later) && !nodes.ancestor_ids(node).any(is_own)
}

#[cfg(test)]
mod tests;
