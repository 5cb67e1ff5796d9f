//! Reading a function's text once: its normal form, and what it takes from its surroundings.

use std::collections::{BTreeMap, BTreeSet};

use oxc_semantic::{Scoping, Semantic, SemanticBuilder, SymbolId};

use super::function_text::{Callable, FunctionTextError, Parsed, parse_whole};
use super::minified;
use super::normal_form;
use super::reading::{Feature, Reading};
use super::reference;
use super::surroundings::Surroundings;
use super::uses::{FreeVariable, PathUse, PathUses, Use, UseSet};

/// Reads the text of a function, arrow, method, accessor or class, as `toString()` returned it.
///
/// # Errors
///
/// Those of [`super::parameters`]. Then the exact text has to do for the normal form, and what the
/// function depends on is not known.
///
/// ```
/// # use engram_core::fingerprint::read;
/// let reading = read("rows => rows.filter(row => row.size > limits.size) // the large ones")?;
/// assert_eq!(reading.normal_form, "rows=>rows.filter(row=>row.size>limits.size)");
/// assert_eq!(reading.free_variables[0].name, "limits");
/// assert_eq!(reading.free_variables[0].paths[0].path, ["size"]);
/// # Ok::<(), engram_core::fingerprint::FunctionTextError>(())
/// ```
pub fn read(function_text: &str) -> Result<Reading, FunctionTextError> {
    parse_whole(function_text, |parsed| read_parsed(parsed, false))
}

/// Reads a text from a file that was minified. The names of variables do not count there: `n=>n*k`
/// and `m=>m*j` have one normal form, in which variables go by the order of their mention, and so do
/// the aliases. A minifier deals out names by how often each is used in all of the file, so that an
/// edit elsewhere changes them.
///
/// # Errors
///
/// Those of [`read`].
///
/// ```
/// # use engram_core::fingerprint::read_minified;
/// assert_eq!(read_minified("n=>n*k")?.normal_form, read_minified("m=>m*j")?.normal_form);
/// # Ok::<(), engram_core::fingerprint::FunctionTextError>(())
/// ```
pub fn read_minified(function_text: &str) -> Result<Reading, FunctionTextError> {
    parse_whole(function_text, |parsed| read_parsed(parsed, true))
}

/// The text without comments, white space, optional semicolons, commas and parentheses, and with
/// one spelling of each literal. Names are kept, and so is `'use strict'`.
///
/// What loaders add is left out: esbuild's `__name(x, "x")`, `(0, module.f)(x)`, interop helpers
/// around `require`, and the names of imported modules, which depend on their files or on the order
/// of imports: what looks like one, `_x` or `x_1`, is numbered by the order of mention.
/// The normal form of a normal form is itself.
///
/// # Errors
///
/// Those of [`read`].
pub fn normalise(function_text: &str) -> Result<String, FunctionTextError> {
    parse_whole(function_text, |parsed| {
        normal_form::simplify(parsed);
        normal_form::print(parsed)
    })
}

/// The names that the text refers to and does not bind, sorted, with what it does with each. Names
/// of globals are among them: only the surroundings tell which those are.
///
/// # Errors
///
/// Those of [`read`].
pub fn free_variables(function_text: &str) -> Result<Vec<FreeVariable>, FunctionTextError> {
    read(function_text).map(|reading| reading.free_variables)
}

fn read_parsed(parsed: &mut Parsed<'_>, is_minified: bool) -> Option<Reading> {
    let originals = normal_form::simplify(parsed);
    let normal_form = normal_form::print(parsed)?;
    let semantic = SemanticBuilder::new().with_build_nodes(true).build(&parsed.program).semantic;
    let callable = parsed.callable()?;
    let surroundings = Surroundings::new(&semantic, &callable);
    let free = free(&semantic, &surroundings);
    let mut reading = Reading {
        normal_form,
        free_variables: Vec::new(),
        own_name: own_name(&semantic, &callable),
        this: Vec::new(),
        parent: Vec::new(),
        hidden_fields: BTreeSet::new(),
        hidden_statics: BTreeSet::new(),
        assigned_statics: assigned_statics(&semantic, &callable),
        members: BTreeSet::new(),
        features: BTreeSet::new(),
        imports: BTreeSet::new(),
        requires: BTreeSet::new(),
        environment: BTreeSet::new(),
        extends: surroundings.extends(),
    };
    reading.free_variables = free;
    surroundings.note(&mut reading);
    if changes_arguments(&semantic, &callable) {
        reading.features.insert(Feature::ChangesArguments);
    }
    for variable in &mut reading.free_variables {
        if let Some(original) = originals.get(&variable.alias) {
            variable.name.clone_from(original);
        }
    }
    // What looks a name up must find it.
    if is_minified && !reading.features.contains(&Feature::Unknowable) {
        let scoping = semantic.into_scoping();
        forget_names(parsed, scoping, &mut reading);
    }
    Some(reading)
}

fn forget_names(parsed: &mut Parsed<'_>, scoping: Scoping, reading: &mut Reading) {
    let own = match parsed.callable() {
        Some(Callable::Function(function)) => {
            function.id.as_ref().and_then(|id| id.symbol_id.get())
        }
        _ => None,
    };
    let Some(nameless) = minified::without_names(parsed, scoping) else {
        return;
    };
    reading.normal_form = nameless.normal_form;
    for variable in &mut reading.free_variables {
        if let Some(alias) = nameless.aliases.get(&variable.alias) {
            variable.alias.clone_from(alias);
        }
    }
    if let (Some(variable), Some(symbol)) = (&mut reading.own_name, own) {
        variable.alias = minified::alias_of(symbol);
    }
    reading.free_variables.sort_by(|one, other| one.alias.cmp(&other.alias));
}

fn free(semantic: &Semantic<'_>, surroundings: &Surroundings<'_, '_>) -> Vec<FreeVariable> {
    let scoping = semantic.scoping();
    let mut names = BTreeMap::new();
    for (name, references) in scoping.root_unresolved_references() {
        // Whose `arguments` these are, the surroundings tell.
        if name.as_str() == "arguments" {
            continue;
        }
        let mut found = PathUses::default();
        let mut only_in_definition = true;
        for id in references {
            let reference = scoping.get_reference(*id);
            reference::note(semantic, reference.node_id(), reference.flags(), &mut found);
            let span = semantic.reference_span(reference);
            only_in_definition &= surroundings.is_in_definition(span);
        }
        let name = name.to_string();
        let paths = found.into_paths();
        names.insert(
            name.clone(),
            FreeVariable { alias: name.clone(), name, paths, only_in_definition },
        );
    }
    names.into_values().collect()
}

fn own_name(semantic: &Semantic<'_>, callable: &Callable<'_, '_>) -> Option<FreeVariable> {
    let Callable::Function(function) = callable else {
        return None;
    };
    let id = function.id.as_ref()?;
    let mut found = PathUses::default();
    note_uses(semantic, id.symbol_id.get()?, &mut found);
    let name = id.name.to_string();
    let is_used = !found.is_empty();
    is_used.then(|| FreeVariable {
        alias: name.clone(),
        name,
        paths: found.into_paths(),
        only_in_definition: false,
    })
}

/// Notes all that the text does with what it binds.
fn note_uses(semantic: &Semantic<'_>, symbol: SymbolId, found: &mut PathUses) {
    for reference in semantic.symbol_references(symbol) {
        reference::note(semantic, reference.node_id(), reference.flags(), found);
    }
}

/// The members that a class assigns by its own name.
fn assigned_statics(semantic: &Semantic<'_>, callable: &Callable<'_, '_>) -> BTreeSet<String> {
    let Callable::Class(class) = callable else { return BTreeSet::new() };
    let Some(symbol) = class.id.as_ref().and_then(|id| id.symbol_id.get()) else {
        return BTreeSet::new();
    };
    let mut found = PathUses::default();
    note_uses(semantic, symbol, &mut found);
    let assigned = |one: &PathUse| one.uses.contains(Use::Assigned);
    let members = found.into_paths().into_iter().filter(assigned);
    members.filter_map(|one| one.path.into_iter().next()).collect()
}

/// Whether the text changes what its parameters hold.
fn changes_arguments(semantic: &Semantic<'_>, callable: &Callable<'_, '_>) -> bool {
    let parameters = match callable {
        Callable::Function(function) => &function.params,
        Callable::Arrow(arrow) => &arrow.params,
        Callable::Class(_) => return false,
    };
    let mut found = PathUses::default();
    let rest = parameters.rest.iter().map(|rest| &rest.rest.argument);
    let patterns = parameters.items.iter().map(|one| &one.pattern).chain(rest);
    let names = patterns.flat_map(|pattern| pattern.get_binding_identifiers());
    for symbol in names.filter_map(|name| name.symbol_id.get()) {
        note_uses(semantic, symbol, &mut found);
    }
    let changes = |uses: UseSet| uses.contains(Use::Mutated) || uses.contains(Use::MutatingCall);
    found.into_paths().iter().any(|one| changes(one.uses))
}

#[cfg(test)]
mod tests;
