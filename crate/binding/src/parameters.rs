//! The parameters of a function, read from its text.

use engram_core::fingerprint;
use napi_derive::napi;

/// One parameter of a function.
#[napi(object, object_from_js = false)]
pub struct Parameter {
    /// Absent for a destructuring pattern.
    pub name: Option<String>,
    pub rest: bool,
    pub properties: Vec<String>,
    pub optional: Vec<String>,
    pub takes_others: bool,
}

/// The parameters of the function whose `toString()` is `text`; null where they cannot be read.
#[napi]
pub fn parameters_of(text: String) -> Option<Vec<Parameter>> {
    let parameters = fingerprint::parameters(&text).ok()?;
    Some(parameters.into_iter().map(Parameter::from).collect())
}

impl From<fingerprint::Parameter> for Parameter {
    fn from(parameter: fingerprint::Parameter) -> Self {
        let fingerprint::Parameter { name, rest, properties, optional, takes_others } = parameter;
        Self { name, rest, properties, optional, takes_others }
    }
}
