//! What of a function's source text engram reads: its parameters, a normal form of its code, and
//! the names that it takes from its surroundings.

mod assignments;
mod function_text;
mod loader;
mod member_name;
mod minified;
mod normal_form;
mod parameters;
mod place;
mod reading;
mod reference;
mod surroundings;
mod uses;

pub use assignments::{
    Binding, BindingKind, Import, ModuleNames, Position, assignments, module_names,
};
pub use function_text::FunctionTextError;
pub use parameters::{Parameter, ParameterError, parameters};
pub use reading::{Reading, free_variables, normalise, read, read_minified};
pub use surroundings::Feature;
pub use uses::{FreeVariable, PathUse, Use, UseSet};
