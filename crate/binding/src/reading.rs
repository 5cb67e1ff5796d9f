//! What a function's text says about what it depends on.

use engram_core::fingerprint::{self, Feature, FunctionTextError, Use};
use napi::bindgen_prelude::{Either, Uint32Array};
use napi_derive::napi;

/// How the value at one path below a name is used.
#[napi(object, object_from_js = false)]
pub struct PathUse {
    /// Names of the members, from the variable on; empty for the variable itself.
    pub path: Vec<String>,
    /// Bits of `USE`.
    pub uses: u32,
}

/// A name that a function refers to and does not bind.
#[napi(object, object_from_js = false)]
pub struct FreeVariable {
    pub name: String,
    /// Its name in the normal form.
    pub alias: String,
    pub paths: Vec<PathUse>,
    /// Whether only the definition of a class or method uses it: the engine need not keep it then.
    pub only_in_definition: bool,
}

/// A function's normal form, and what it takes from its surroundings.
#[napi(object, object_from_js = false)]
pub struct Reading {
    pub normal_form: String,
    pub free_variables: Vec<FreeVariable>,
    pub own_name: Option<FreeVariable>,
    /// How it uses `this`.
    pub this: Vec<PathUse>,
    /// How a method uses `super`.
    pub parent: Vec<PathUse>,
    /// What instances of a class hold unseen.
    pub hidden_fields: Vec<String>,
    /// The same of the class itself.
    pub hidden_statics: Vec<String>,
    /// Static members of a class that its own text assigns.
    pub assigned_statics: Vec<String>,
    /// Names of the members that it takes of anything.
    pub members: Vec<String>,
    /// Names of what else it uses, such as `Unknowable`.
    pub features: Vec<String>,
    /// Literal specifiers of `import('…')`.
    pub imports: Vec<String>,
    /// Literal specifiers of `require('…')`.
    pub requires: Vec<String>,
    /// Environment variables that it reads as `process.env.NAME`.
    pub environment: Vec<String>,
    /// The name that a class extends, if it is a free variable.
    pub extends: Option<String>,
}

/// Reads the text that a function's `toString()` returned; the reason where it cannot be read: `native`, `syntax`,
/// `long`, `deep` or `thread`. With `is_minified`, the names of variables are left out of the normal form.
#[napi]
pub fn read_function(text: String, is_minified: bool) -> Either<Reading, String> {
    let read = if is_minified { fingerprint::read_minified } else { fingerprint::read };
    match read(&text) {
        Ok(reading) => Either::A(reading.into()),
        Err(error) => Either::B(reason(&error).to_owned()),
    }
}

/// A file that a coverage tool put counters into; see the core's `Coverage`.
#[napi(object, object_to_js = false)]
pub struct Coverage {
    pub name: String,
    pub statements: Uint32Array,
    pub functions: Uint32Array,
    pub branches: Uint32Array,
}

/// The text of a function of that file as it was before; null where it cannot be read.
#[napi]
pub fn without_counters(text: String, coverage: Coverage) -> Option<String> {
    let Coverage { name, statements, functions, branches } = &coverage;
    let coverage = fingerprint::Coverage { name, statements, functions, branches };
    fingerprint::without_counters(&text, &coverage).ok()
}

/// A name that a module imports.
#[napi(object, object_from_js = false)]
pub struct Import {
    pub local: String,
    /// The module, as written.
    pub specifier: String,
    /// The name that this module exports it by; `*` for all of it.
    pub exported: String,
}

/// What the names of a module stand for.
#[napi(object, object_from_js = false)]
pub struct ModuleNames {
    /// Names that something in the source assigns to after their declaration.
    pub assigned: Vec<String>,
    /// Names that its top level declares, other than imports.
    pub declared: Vec<String>,
    pub imports: Vec<Import>,
    /// Those of both that V8 keeps for functions of an ES module, so that the inspector lists them.
    pub kept: Vec<String>,
}

/// The names of the module with this source; null where they cannot be told.
#[napi]
pub fn module_names(source: String) -> Option<ModuleNames> {
    let names = fingerprint::module_names(&source).ok()??;
    let imports = names.imports.into_iter();
    Some(ModuleNames {
        assigned: names.assigned.into_iter().collect(),
        declared: names.declared.into_iter().collect(),
        imports: imports
            .map(|(local, one)| Import { local, specifier: one.specifier, exported: one.name })
            .collect(),
        kept: names.kept.into_iter().collect(),
    })
}

fn reason(error: &FunctionTextError) -> &'static str {
    match error {
        FunctionTextError::NativeCode => "native",
        FunctionTextError::TooLong { .. } => "long",
        FunctionTextError::TooDeep => "deep",
        FunctionTextError::NoThread(_) => "thread",
        _ => "syntax",
    }
}

impl From<fingerprint::Reading> for Reading {
    fn from(reading: fingerprint::Reading) -> Self {
        Self {
            normal_form: reading.normal_form,
            free_variables: reading.free_variables.into_iter().map(FreeVariable::from).collect(),
            own_name: reading.own_name.map(FreeVariable::from),
            this: reading.this.into_iter().map(PathUse::from).collect(),
            parent: reading.parent.into_iter().map(PathUse::from).collect(),
            hidden_fields: reading.hidden_fields.into_iter().collect(),
            hidden_statics: reading.hidden_statics.into_iter().collect(),
            assigned_statics: reading.assigned_statics.into_iter().collect(),
            members: reading.members.into_iter().collect(),
            features: reading.features.iter().map(|one: &Feature| format!("{one:?}")).collect(),
            imports: reading.imports.into_iter().collect(),
            requires: reading.requires.into_iter().collect(),
            environment: reading.environment.into_iter().collect(),
            extends: reading.extends,
        }
    }
}

impl From<fingerprint::FreeVariable> for FreeVariable {
    fn from(variable: fingerprint::FreeVariable) -> Self {
        let fingerprint::FreeVariable { name, alias, paths, only_in_definition } = variable;
        let paths = paths.into_iter().map(PathUse::from).collect();
        Self { name, alias, paths, only_in_definition }
    }
}

impl From<fingerprint::PathUse> for PathUse {
    fn from(one: fingerprint::PathUse) -> Self {
        let uses = one.uses.iter().fold(0, |bits, way: Use| bits | way as u32);
        Self { path: one.path, uses }
    }
}
