//! How a function uses a name that it does not bind.

use std::collections::BTreeMap;
use std::fmt;

/// One way of using a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u16)]
#[non_exhaustive]
pub enum Use {
    /// Its value is looked at: operators, conditions, computed members.
    Read = 1,
    /// It is called, constructed, or the tag of a template.
    Called = 1 << 1,
    /// It gets a value: `=`, `+=`, `++`, `??=`, a destructuring target, a loop's target.
    Assigned = 1 << 2,
    /// One of its members is assigned or deleted, or it is the target of `Object.assign` and alike.
    Mutated = 1 << 3,
    /// A method is called on it that changes an array, a collection, a view or a stream. Whether it
    /// does, the value decides: `axios.delete(url)` looks the same as `set.delete(row)`.
    MutatingCall = 1 << 4,
    /// It is handed on, so that anything may happen to it: an argument, a result, an element.
    Escapes = 1 << 5,
    /// Only its type is asked for. `typeof x` does not throw where there is no `x`.
    Typeof = 1 << 6,
    /// Of a call: what it gives is looked at, or may come back through code that it is given. A call
    /// without this only tells something: `log.info(x)`, `await metrics.flush()`.
    Answered = 1 << 7,
    /// Of a call: what it gives is what the function gives back, and nothing else is done with it.
    Returned = 1 << 8,
    /// It is waited for, and nobody looks at what it settles with: `await ready`.
    Awaited = 1 << 9,
    /// It is kept for later calls what the function was handed: `db ??= client`.
    Handed = 1 << 10,
    /// It is called without arguments, which may give what another call was handed.
    CalledBare = 1 << 11,
}

impl Use {
    const ALL: [Self; 12] = [
        Self::Read,
        Self::Called,
        Self::Assigned,
        Self::Mutated,
        Self::MutatingCall,
        Self::Escapes,
        Self::Typeof,
        Self::Answered,
        Self::Returned,
        Self::Awaited,
        Self::Handed,
        Self::CalledBare,
    ];
}

/// A set of ways of use.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct UseSet(u16);

impl UseSet {
    /// Whether `one` is in the set.
    pub fn contains(self, one: Use) -> bool {
        self.0 & one as u16 != 0
    }

    /// The ways in the set, in the order of their declaration.
    pub fn iter(self) -> impl Iterator<Item = Use> {
        Use::ALL.into_iter().filter(move |one| self.contains(*one))
    }

    /// Whether the value itself counts: `Read`, `Called` or `Escapes`.
    pub fn takes_value(self) -> bool {
        [Use::Read, Use::Called, Use::Escapes].into_iter().any(|one| self.contains(one))
    }

    pub(super) fn insert(&mut self, one: Use) {
        self.0 |= one as u16;
    }

    fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl fmt::Debug for UseSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.iter()).finish()
    }
}

/// How the value at one path below a name is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathUse {
    /// Names of the members, from the variable on; empty for the variable itself.
    pub path: Vec<String>,
    /// Ways in which exactly this value is used, not its members.
    pub uses: UseSet,
}

/// A name that a function refers to and does not bind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeVariable {
    /// The name, by which the scopes of the function know it.
    pub name: String,
    /// Its name in the normal form. It differs for what loaders name so, `helper_1` or `_helper`,
    /// and in texts of minifiers. What enters a key together with the normal form goes by this name;
    /// where `name` is that of a global, both must.
    pub alias: String,
    /// What is done with it and its members, by path, in order.
    ///
    /// `ns.a.b()` uses `[a, b]`, `x.y = 1` assigns `[y]` and mutates `[]`, `x[i]` reads `[]`, and
    /// `log.push(1)` calls `[push]` and is a mutating call on `[]`. A method that is called may
    /// look at all of its receiver, which is the path without its last name.
    pub paths: Vec<PathUse>,
    /// Whether it is used only where a class or a method is defined (`extends`, computed keys), not
    /// where it runs. The engine need not keep such a variable for the function.
    pub only_in_definition: bool,
}

impl FreeVariable {
    /// All ways of use, of itself and of its members.
    pub fn uses(&self) -> UseSet {
        self.paths.iter().fold(UseSet::default(), |all, one| all.union(one.uses))
    }

    /// Whether its whole value counts, not only the members that are named.
    pub fn whole(&self) -> bool {
        self.paths.iter().any(|one| one.path.is_empty() && one.uses.takes_value())
    }
}

/// Collects what is found about one name.
#[derive(Default)]
pub(super) struct PathUses(BTreeMap<Vec<String>, UseSet>);

impl PathUses {
    pub fn add(&mut self, path: &[&str], one: Use) {
        let path = path.iter().map(|name| (*name).to_owned()).collect();
        self.0.entry(path).or_default().insert(one);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn into_paths(self) -> Vec<PathUse> {
        self.0.into_iter().map(|(path, uses)| PathUse { path, uses }).collect()
    }
}
