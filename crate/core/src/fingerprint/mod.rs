//! What of a function's source text engram reads: its parameters, a normal form of its code, and
//! the names that it takes from its surroundings.

mod answer;
mod assignments;
mod braces;
mod counter;
mod counters;
mod coverage;
mod declaration;
mod environment;
mod filling;
mod function_text;
mod loader;
mod member_name;
mod minified;
mod module_names;
mod module_text;
mod normal_form;
mod parameters;
mod read;
mod reading;
mod reference;
mod surroundings;
mod target;
mod uses;

pub use assignments::{Binding, BindingKind, Position, assignments};
pub use counters::without_counters;
pub use coverage::Coverage;
pub use declaration::Import;
pub use function_text::FunctionTextError;
pub use module_names::{ModuleNames, module_names};
pub use parameters::{Parameter, ParameterError, parameters};
pub use read::{free_variables, normalise, read, read_minified};
pub use reading::{Feature, Reading};
pub use uses::{FreeVariable, PathUse, Use, UseSet};

#[cfg(test)]
mod tests;
