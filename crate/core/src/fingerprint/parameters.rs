//! The parameters of a function, read from its text.

use oxc_ast::ast::{
    BindingPattern, Class, ClassElement, FormalParameters, MethodDefinitionKind, ObjectPattern,
};

use super::function_text::{self, Callable, FunctionTextError};

/// Why the parameters of a function are not known.
pub type ParameterError = FunctionTextError;

/// One parameter, in the order of the positions of the arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameter {
    /// None for a destructuring pattern, which has no name of its own.
    pub name: Option<String>,
    /// `...name`: takes all arguments from its position on. Only the last one may.
    pub rest: bool,
    /// Names of the properties that an object pattern takes from its argument, in order: `a` and
    /// `b` of `({ a, b: c, ...others })`. Computed names are left out.
    pub properties: Vec<String>,
    /// Those of them that have a default.
    pub optional: Vec<String>,
    /// Whether the pattern takes what it does not name too: `...others`, and computed names.
    pub takes_others: bool,
}

/// Reads the parameters from what `Function.prototype.toString()` returned: of a function, arrow,
/// method or accessor its own, of a class its constructor's.
///
/// # Errors
///
/// [`ParameterError::NativeCode`] for native and bound functions, [`ParameterError::Unparsable`]
/// for text that is no single function, [`ParameterError::TooLong`], [`ParameterError::TooDeep`]
/// and [`ParameterError::NoThread`] where a bound of the parser is met. No text makes it panic.
///
/// ```
/// # use engram_core::fingerprint::parameters;
/// let list = parameters("(rows, { verbose }, ...others) => rows")?;
/// assert_eq!(list[0].name.as_deref(), Some("rows"));
/// assert_eq!(list[1].properties, ["verbose"]);
/// assert!(list[2].rest);
/// # Ok::<(), engram_core::fingerprint::ParameterError>(())
/// ```
pub fn parameters(function_text: &str) -> Result<Vec<Parameter>, ParameterError> {
    function_text::parse(function_text, |callable| match callable {
        Callable::Function(function) => formal_parameters(&function.params),
        Callable::Arrow(arrow) => formal_parameters(&arrow.params),
        Callable::Class(class) => constructor_parameters(class),
    })
}

fn formal_parameters(list: &FormalParameters<'_>) -> Vec<Parameter> {
    let single = list.items.iter().map(|item| parameter(&item.pattern));
    // A pattern below `...` destructures the array of arguments: its properties are no arguments'.
    let rest = list.rest.iter().map(|rest| Parameter {
        name: parameter(&rest.rest.argument).name,
        rest: true,
        ..Parameter::default()
    });
    single.chain(rest).collect()
}

fn parameter(pattern: &BindingPattern<'_>) -> Parameter {
    match pattern {
        BindingPattern::BindingIdentifier(identifier) => {
            Parameter { name: Some(identifier.name.to_string()), ..Parameter::default() }
        }
        BindingPattern::ObjectPattern(object) => object_parameter(object),
        BindingPattern::ArrayPattern(_) | BindingPattern::AssignmentPattern(_) => {
            Parameter::default()
        }
    }
}

fn object_parameter(pattern: &ObjectPattern<'_>) -> Parameter {
    let mut parameter = Parameter { takes_others: pattern.rest.is_some(), ..Parameter::default() };
    for property in &pattern.properties {
        let Some(name) = property.key.static_name().map(String::from) else {
            parameter.takes_others = true;
            continue;
        };
        if matches!(property.value, BindingPattern::AssignmentPattern(_)) {
            parameter.optional.push(name.clone());
        }
        parameter.properties.push(name);
    }
    parameter
}

fn constructor_parameters(class: &Class<'_>) -> Vec<Parameter> {
    let constructor = class.body.body.iter().find_map(|element| match element {
        ClassElement::MethodDefinition(method)
            if method.kind == MethodDefinitionKind::Constructor =>
        {
            Some(&method.value)
        }
        _ => None,
    });
    match (constructor, &class.heritage) {
        (Some(function), _) => formal_parameters(&function.params),
        // The constructor that JavaScript supplies passes everything on to the parent's.
        (None, Some(_)) => vec![Parameter { rest: true, ..Parameter::default() }],
        (None, None) => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
