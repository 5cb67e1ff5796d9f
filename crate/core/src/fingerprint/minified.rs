//! Names that a minifier gave. It deals out short ones by how often each variable is used in all of
//! a file, so that an edit elsewhere in the file changes them: they say nothing.

use std::collections::HashMap;

use oxc_allocator::Allocator;
use oxc_ast::ast::IdentifierReference;
use oxc_ast_visit::VisitMut;
use oxc_semantic::{Scoping, SymbolId};
use oxc_str::Ident;

use super::function_text::Parsed;
use super::loader::OwnNames;
use super::normal_form;

/// Longest name that a minifier gives to a variable of a module, in bytes. Longer ones are those of
/// globals.
const LONGEST: usize = 3;

/// What stands before the numbers that replace names.
const LOCAL: &str = "local_";
const FREE: &str = "free$";

/// A normal form in which variables go by the order of their mention.
pub(super) struct Nameless {
    pub normal_form: String,
    /// New names of variables by their original ones.
    pub aliases: HashMap<String, String>,
}

/// Takes the names of variables out of the text. `scoping` is that of its program. None if one
/// might then be taken for another.
pub(super) fn without_names(parsed: &mut Parsed<'_>, mut scoping: Scoping) -> Option<Nameless> {
    let own = OwnNames::of(&parsed.program);
    let free = scoping.root_unresolved_references();
    if free.keys().any(|name| is_taken(name)) || own.bound.iter().copied().any(is_taken) {
        return None;
    }
    let allocator = parsed.allocator;
    let mut renamer = Renamer { allocator, own, scoping: &scoping, aliases: HashMap::new() };
    renamer.visit_program(&mut parsed.program);
    let aliases = renamer.aliases.into_iter();
    let aliases = aliases.map(|(name, alias)| (name.to_owned(), alias.to_owned())).collect();
    for symbol in scoping.symbol_ids().collect::<Vec<_>>() {
        scoping.set_symbol_name(symbol, Ident::from(alias_of(symbol).as_str()));
    }
    let normal_form = normal_form::print_by(Some(scoping), parsed)?;
    Some(Nameless { normal_form, aliases })
}

/// The new name of what the text binds.
pub(super) fn alias_of(symbol: SymbolId) -> String {
    format!("{LOCAL}{}", symbol.index())
}

fn is_taken(name: &str) -> bool {
    name.starts_with(LOCAL) || name.starts_with(FREE)
}

/// Renames what the text does not bind; what it binds is renamed where it is printed.
struct Renamer<'rename, 'text> {
    allocator: &'text Allocator,
    own: OwnNames<'text>,
    scoping: &'rename Scoping,
    aliases: HashMap<&'text str, &'text str>,
}

impl<'text> VisitMut<'text> for Renamer<'_, 'text> {
    fn visit_identifier_reference(&mut self, identifier: &mut IdentifierReference<'text>) {
        let name = identifier.name.as_str();
        let is_free = identifier
            .reference_id
            .get()
            .is_some_and(|id| self.scoping.get_reference(id).symbol_id().is_none());
        if !is_free || name.len() > LONGEST || self.own.keys.contains(name) {
            return;
        }
        let next = self.aliases.len();
        let allocator = self.allocator;
        let alias = self
            .aliases
            .entry(name)
            .or_insert_with(|| allocator.alloc_str(&format!("{FREE}{next}")));
        identifier.name = Ident::from(*alias);
    }
}
