//! Who else assigns to a function's variables: read from the source of its module.

use std::collections::{BTreeMap, BTreeSet};

use oxc_allocator::Allocator;
use oxc_ast::AstKind;
use oxc_ast::ast::{
    BindingPattern, Expression, ImportDeclaration, ModuleExportName, VariableDeclarator,
};
use oxc_parser::Parser;
use oxc_semantic::{AstNodes, NodeId, ScopeId, Semantic, SemanticBuilder, SymbolFlags, SymbolId};
use oxc_span::{GetSpan, SourceType, Span};

use super::function_text::{FunctionTextError, on_large_stack};
use super::reference;
use super::uses::{PathUses, Use};

/// A place in a source, as V8's inspector gives it: both count from 0, columns in UTF-16 units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line.
    pub line: u32,
    /// UTF-16 code units before the place in its line.
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

/// Where the value of a binding comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The module, as written.
    pub specifier: String,
    /// The name that the module exports it by; `default`, or `*` for all of the module.
    pub name: String,
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

/// The bindings of a module, script or function by name: those that are visible at `place`, or at
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
    place: Option<Position>,
) -> Result<Option<BTreeMap<String, Binding>>, FunctionTextError> {
    on_large_stack(source, || {
        // Sources that both parse mean the same to both, but for a few comparisons `a < b > (c)`.
        let kinds = [SourceType::mjs(), SourceType::cjs(), SourceType::ts(), SourceType::tsx()];
        kinds.into_iter().find_map(|kind| bindings(source, kind, place))
    })
}

/// What the names of a module stand for, whatever place they are looked at from.
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

/// The names of a module. None as in [`assignments`].
///
/// # Errors
///
/// Those of [`assignments`].
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
        let semantic = analysed(&allocator, source)?;
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

/// The source as TypeScript or JavaScript. Sources that both parse mean the same to both, but for a
/// few comparisons `a < b > (c)`.
fn analysed<'text>(allocator: &'text Allocator, source: &'text str) -> Option<Semantic<'text>> {
    let kinds = [SourceType::mjs(), SourceType::cjs(), SourceType::ts(), SourceType::tsx()];
    kinds.into_iter().find_map(|kind| {
        let parsed = Parser::new(allocator, source, kind).parse();
        if parsed.panicked || !parsed.diagnostics.is_empty() {
            return None;
        }
        let program = allocator.alloc(parsed.program);
        let semantic = SemanticBuilder::new().with_build_nodes(true).build(program).semantic;
        (!evaluates(&semantic)).then_some(semantic)
    })
}

fn bindings(
    source: &str,
    kind: SourceType,
    place: Option<Position>,
) -> Option<BTreeMap<String, Binding>> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, source, kind).parse();
    if parsed.panicked || !parsed.diagnostics.is_empty() {
        return None;
    }
    let semantic = SemanticBuilder::new().with_build_nodes(true).build(&parsed.program).semantic;
    let scoping = semantic.scoping();
    if evaluates(&semantic) {
        return None;
    }
    let innermost = match place {
        Some(place) => scope_at(&semantic, offset(source, place)?),
        None => scoping.root_scope_id(),
    };
    let mut found = BTreeMap::new();
    for scope in scoping.scope_ancestors(innermost) {
        for symbol in scoping.get_bindings(scope).values() {
            let name = scoping.symbol_name(*symbol);
            if let Some(kind) = binding_kind(&semantic, *symbol)
                && !found.contains_key(name)
            {
                found.insert(name.to_owned(), binding(&semantic, *symbol, kind));
            }
        }
    }
    Some(found)
}

fn evaluates(semantic: &Semantic<'_>) -> bool {
    let mut unresolved = semantic.scoping().root_unresolved_references().keys();
    unresolved.any(|name| name.as_str() == "eval")
}

/// The byte at a place.
fn offset(source: &str, place: Position) -> Option<u32> {
    let mut lines = source.split_inclusive(['\n', '\r', '\u{2028}', '\u{2029}']).peekable();
    let mut start = 0;
    for _ in 0..place.line {
        let line = lines.next()?;
        start += line.len();
        if line.ends_with('\r') {
            start += lines.next_if_eq(&"\n").map_or(0, str::len);
        }
    }
    let mut left = place.column as usize;
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
        reference::note(semantic.nodes(), reference.node_id(), reference.flags(), &mut uses);
        let changes =
            |uses: super::UseSet| uses.contains(Use::Mutated) || uses.contains(Use::MutatingCall);
        let paths = uses.into_paths();
        binding.mutated += usize::from(paths.iter().any(|one| changes(one.uses)));
    }
    binding
}

fn is_initialised(nodes: &AstNodes<'_>, node: NodeId) -> bool {
    match nodes.kind(node) {
        AstKind::VariableDeclarator(declarator) if declarator.init.is_none() => {
            let around = nodes.parent_kind(nodes.parent_id(node));
            matches!(around, AstKind::ForInStatement(_) | AstKind::ForOfStatement(_))
        }
        _ => true,
    }
}

fn import(nodes: &AstNodes<'_>, node: NodeId, name: Span) -> Option<Import> {
    let from = |declaration: &ImportDeclaration<'_>, name: &str| Import {
        specifier: declaration.source.value.to_string(),
        name: name.to_owned(),
    };
    match (nodes.kind(node), nodes.parent_kind(node)) {
        (AstKind::ImportSpecifier(one), AstKind::ImportDeclaration(declaration)) => {
            Some(from(declaration, &exported(&one.imported)))
        }
        (AstKind::ImportDefaultSpecifier(_), AstKind::ImportDeclaration(declaration)) => {
            Some(from(declaration, "default"))
        }
        (AstKind::ImportNamespaceSpecifier(_), AstKind::ImportDeclaration(declaration)) => {
            Some(from(declaration, "*"))
        }
        (AstKind::VariableDeclarator(declarator), _) => required(declarator, name),
        _ => None,
    }
}

fn exported(name: &ModuleExportName<'_>) -> String {
    name.name().to_string()
}

/// `const x = require('…')`, `const { a: x } = require('…')`, `const x = require('…').a`
fn required(declarator: &VariableDeclarator<'_>, name: Span) -> Option<Import> {
    let (call, member) = match declarator.init.as_ref()?.without_parentheses() {
        Expression::StaticMemberExpression(member) => {
            (&member.object, Some(member.property.name.to_string()))
        }
        call => (call, None),
    };
    let Expression::CallExpression(call) = call else {
        return None;
    };
    let specifier = call.common_js_require()?.value.to_string();
    let name = match (&declarator.id, member) {
        (BindingPattern::BindingIdentifier(_), member) => member.unwrap_or_else(|| "*".into()),
        (BindingPattern::ObjectPattern(pattern), None) => {
            let mut taken = pattern.properties.iter();
            let property = taken.find(|property| property.value.span() == name)?;
            property.key.static_name()?.into_owned()
        }
        _ => return None,
    };
    Some(Import { specifier, name })
}

#[cfg(test)]
mod tests;
