//! The members that the text names, in patterns and in computed members.

use oxc_ast::ast::{
    BindingPattern, ComputedMemberExpression, Expression, ObjectPattern, PropertyKey,
};

use super::uses::{PathUses, Use};

/// Notes the members that an object pattern takes: `const { a, b: { c } } = x` uses `[a]`, `[b, c]`.
pub(super) fn destructured<'text>(
    pattern: &ObjectPattern<'text>,
    path: &mut Vec<&'text str>,
    found: &mut PathUses,
) {
    if pattern.rest.is_some() {
        found.add(path, Use::Escapes);
    }
    for property in &pattern.properties {
        let Some(key) = constant_name(&property.key, property.computed) else {
            found.add(path, Use::Read);
            continue;
        };
        path.push(key);
        let value = match &property.value {
            BindingPattern::AssignmentPattern(assignment) => &assignment.left,
            value => value,
        };
        match value {
            BindingPattern::ObjectPattern(inner) => destructured(inner, path, found),
            _ => found.add(path, Use::Escapes),
        }
        path.pop();
    }
}

fn constant_name<'text>(key: &PropertyKey<'text>, computed: bool) -> Option<&'text str> {
    match key {
        PropertyKey::StaticIdentifier(identifier) if !computed => Some(identifier.name.as_str()),
        PropertyKey::StringLiteral(literal) => Some(literal.value.as_str()),
        _ => None,
    }
}

/// The name that a computed member always has: `x['a']`.
pub(super) fn constant_key<'text>(member: &ComputedMemberExpression<'text>) -> Option<&'text str> {
    match member.expression.without_parentheses() {
        Expression::StringLiteral(literal) if !literal.lone_surrogates => {
            Some(literal.value.as_str())
        }
        Expression::TemplateLiteral(template) if template.expressions.is_empty() => {
            template.single_quasi().map(|quasi| quasi.as_str())
        }
        _ => None,
    }
}
