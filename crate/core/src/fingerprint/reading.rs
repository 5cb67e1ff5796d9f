//! [`Reading`]: what a function's text says.

use std::collections::BTreeSet;

use super::uses::{FreeVariable, PathUse};

/// What a function's text says about what it computes and what it depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The text without what does not count; see [`super::normalise`] and [`super::read_minified`].
    pub normal_form: String,
    /// Names that the text does not bind, sorted by alias; see [`super::free_variables`].
    pub free_variables: Vec<FreeVariable>,
    /// How a function uses its own name. The name of a function expression is bound by itself; that
    /// of a declaration is a variable of the surroundings, and may have got another value. The text
    /// does not tell which it is.
    pub own_name: Option<FreeVariable>,
    /// How it uses `this`: its receiver, or with [`Feature::CapturedThis`] its surroundings'.
    pub this: Vec<PathUse>,
    /// How a method uses `super`: what lies on the parent of its home object.
    pub parent: Vec<PathUse>,
    /// Private fields of a class, and accessors that keep a value: what its instances hold unseen.
    pub hidden_fields: BTreeSet<String>,
    /// The same of the class itself.
    pub hidden_statics: BTreeSet<String>,
    /// Static members of a class that its own text assigns.
    pub assigned_statics: BTreeSet<String>,
    /// Names of the members that it takes of anything, sorted: methods of prototypes may be among them.
    pub members: BTreeSet<String>,
    /// What else it uses or does.
    pub features: BTreeSet<Feature>,
    /// Literal specifiers of `import('…')`, sorted.
    pub imports: BTreeSet<String>,
    /// Literal specifiers of `require('…')`, sorted.
    pub requires: BTreeSet<String>,
    /// Environment variables that it reads as `process.env.NAME`, sorted.
    pub environment: BTreeSet<String>,
    /// The name that a class extends, if it is a free variable.
    pub extends: Option<String>,
}

/// What a function's text uses or does, beside free variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Feature {
    /// `arguments` of the function itself.
    Arguments,
    /// `arguments` of a function around it, as arrows see it.
    CapturedArguments,
    /// `this` of its surroundings, as arrows see it.
    CapturedThis,
    /// `super` or `new.target` of its surroundings, as arrows see them.
    CapturedSuper,
    /// A method's `super`: what it reaches lies on its home object's prototype.
    Super,
    /// `new.target` of the function itself.
    NewTarget,
    /// `import.meta`.
    ImportMeta,
    /// `import(x)` of a module that the text does not name.
    UnnamedModule,
    /// `require(x)`, if that is what loads modules.
    UnnamedRequire,
    /// `process.env` as a whole, or a variable of it that the text does not name.
    WholeEnvironment,
    /// `throw`.
    Throws,
    /// Members of its arguments are assigned, or methods called that change them.
    ChangesArguments,
    /// `eval(x)`, `with`, `new Function(x)`: what it uses cannot be known.
    Unknowable,
}
