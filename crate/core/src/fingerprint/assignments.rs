//! Who else assigns to a function's variables: read from the source of its module.

use std::collections::BTreeMap;

use oxc_allocator::Allocator;
use oxc_ast::AstKind;
use oxc_semantic::{ScopeId, Semantic, SymbolFlags, SymbolId};
use oxc_span::GetSpan;

use super::declaration::{Import, import, is_initialised};
use super::function_text::{FunctionTextError, on_large_stack};
use super::module_text::analyse;
use super::reference;
use super::uses::{PathUses, Use, UseSet};

/// A position in a source, as V8's inspector gives it: both count from 0, columns in UTF-16 units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line.
    pub line: u32,
    /// UTF-16 code units before it in its line.
    pub column: u32,
}

/// What declares a binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BindingKind {
    /// `const`.
    Const,
    /// `let`.
    Let,
    /// `var`.
    Var,
    /// A function declaration.
    Function,
    /// A class declaration.
    Class,
    /// An `import` declaration.
    Import,
    /// A parameter of a function, or of `catch`.
    Parameter,
    /// A TypeScript enum or namespace.
    Other,
}

/// One binding, and what the source does to it after its declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// What declares it.
    pub kind: BindingKind,
    /// Whether its declaration gives it a value.
    pub initialised: bool,
    /// Places that assign to it outside of its declaration, or declare it once more.
    pub assigned: usize,
    /// Places that change its members, or seem to: see [`Use::Mutated`] and [`Use::MutatingCall`].
    pub mutated: usize,
    /// For `import`, and for `const x = require('…')` and the like.
    pub import: Option<Import>,
}

/// The bindings of a module, script or function by name: those that are visible at `position`, or at
/// the top level without one. Inner ones hide outer ones.
///
/// None if the source does not parse, as TypeScript or as JavaScript, or runs `eval`, which may
/// assign to anything. Declarations of types are left out.
///
/// # Errors
///
/// [`FunctionTextError::TooLong`], [`FunctionTextError::TooDeep`] and
/// [`FunctionTextError::NoThread`].
///
/// ```
/// # use engram_core::fingerprint::assignments;
/// let bindings = assignments("let runs = 0; const f = () => runs++", None)?;
/// assert_eq!(bindings.expect("parses")["runs"].assigned, 1);
/// # Ok::<(), engram_core::fingerprint::FunctionTextError>(())
/// ```
pub fn assignments(
    source: &str,
    position: Option<Position>,
) -> Result<Option<BTreeMap<String, Binding>>, FunctionTextError> {
    on_large_stack(source, || {
        let allocator = Allocator::default();
        bindings(&analyse(&allocator, source)?, source, position)
    })
}

fn bindings(
    semantic: &Semantic<'_>,
    source: &str,
    position: Option<Position>,
) -> Option<BTreeMap<String, Binding>> {
    let scoping = semantic.scoping();
    let innermost = match position {
        Some(position) => scope_at(semantic, offset(source, position)?),
        None => scoping.root_scope_id(),
    };
    let mut found = BTreeMap::new();
    for scope in scoping.scope_ancestors(innermost) {
        for symbol in scoping.get_bindings(scope).values() {
            let name = scoping.symbol_name(*symbol);
            if let Some(kind) = binding_kind(semantic, *symbol)
                && !found.contains_key(name)
            {
                found.insert(name.to_owned(), binding(semantic, *symbol, kind));
            }
        }
    }
    Some(found)
}

/// The byte at a position.
fn offset(source: &str, position: Position) -> Option<u32> {
    let mut lines = source.split_inclusive(['\n', '\r', '\u{2028}', '\u{2029}']).peekable();
    let mut start = 0;
    for _ in 0..position.line {
        let line = lines.next()?;
        start += line.len();
        if line.ends_with('\r') {
            start += lines.next_if_eq(&"\n").map_or(0, str::len);
        }
    }
    let mut left = position.column as usize;
    let mut characters = lines.next().unwrap_or_default().chars();
    while left > 0 {
        let character = characters.next()?;
        left = left.saturating_sub(character.len_utf16());
        start += character.len_utf8();
    }
    u32::try_from(start).ok()
}

/// The innermost scope around `offset`. Scopes come after their parents.
fn scope_at(semantic: &Semantic<'_>, offset: u32) -> ScopeId {
    let scoping = semantic.scoping();
    let holds = |scope: &ScopeId| {
        let span = semantic.nodes().kind(scoping.get_node_id(*scope)).span();
        span.start <= offset && offset < span.end
    };
    let scopes = scoping.scope_descendants_from_root();
    scopes.filter(holds).last().unwrap_or_else(|| scoping.root_scope_id())
}

fn binding_kind(semantic: &Semantic<'_>, symbol: SymbolId) -> Option<BindingKind> {
    let flags = semantic.scoping().symbol_flags(symbol);
    if flags.is_type_import() || !(flags.is_value() || flags.is_import()) {
        return None;
    }
    let kinds = [
        (SymbolFlags::Import, BindingKind::Import),
        (SymbolFlags::Class, BindingKind::Class),
        (SymbolFlags::Function, BindingKind::Function),
        (SymbolFlags::CatchVariable, BindingKind::Parameter),
        (SymbolFlags::ConstVariable, BindingKind::Const),
        (SymbolFlags::BlockScopedVariable, BindingKind::Let),
    ];
    let kind = kinds.into_iter().find(|(flag, _)| flags.contains(*flag)).map(|(_, kind)| kind);
    Some(kind.unwrap_or_else(|| match declaration(semantic, symbol) {
        AstKind::VariableDeclarator(_) => BindingKind::Var,
        _ if flags.is_function_scoped_declaration() => BindingKind::Parameter,
        _ => BindingKind::Other,
    }))
}

fn declaration<'text>(semantic: &Semantic<'text>, symbol: SymbolId) -> AstKind<'text> {
    semantic.symbol_declaration(symbol).kind()
}

fn binding(semantic: &Semantic<'_>, symbol: SymbolId, kind: BindingKind) -> Binding {
    let scoping = semantic.scoping();
    let node = scoping.symbol_declaration(symbol);
    let mut binding = Binding {
        kind,
        initialised: is_initialised(semantic.nodes(), node),
        // The list is empty or holds the first declaration too.
        assigned: scoping.symbol_redeclarations(symbol).len().saturating_sub(1),
        mutated: 0,
        import: import(semantic.nodes(), node, scoping.symbol_span(symbol)),
    };
    for reference in semantic.symbol_references(symbol) {
        binding.assigned += usize::from(reference.is_write());
        let mut uses = PathUses::default();
        reference::note(semantic, reference.node_id(), reference.flags(), &mut uses);
        let changes =
            |uses: UseSet| uses.contains(Use::Mutated) || uses.contains(Use::MutatingCall);
        let paths = uses.into_paths();
        binding.mutated += usize::from(paths.iter().any(|one| changes(one.uses)));
    }
    binding
}

#[cfg(test)]
mod tests;
