//! What the declaration of a name says of it: whether it gives a value, and from which module that comes.

use oxc_ast::AstKind;
use oxc_ast::ast::{
    BindingPattern, Expression, ImportDeclaration, ModuleExportName, VariableDeclarator,
};
use oxc_semantic::{AstNodes, NodeId};
use oxc_span::{GetSpan, Span};

/// Where the value of a binding comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The module, as written.
    pub specifier: String,
    /// The name that the module exports it by; `default`, or `*` for all of the module.
    pub name: String,
}

/// Whether the declaration at `node` gives a value.
pub(super) fn is_initialised(nodes: &AstNodes<'_>, node: NodeId) -> bool {
    match nodes.kind(node) {
        AstKind::VariableDeclarator(declarator) if declarator.init.is_none() => {
            let around = nodes.parent_kind(nodes.parent_id(node));
            matches!(around, AstKind::ForInStatement(_) | AstKind::ForOfStatement(_))
        }
        _ => true,
    }
}

/// Where the value of `name`, declared at `node`, comes from, if it is another module.
pub(super) fn import(nodes: &AstNodes<'_>, node: NodeId, name: Span) -> Option<Import> {
    let from = |declaration: &ImportDeclaration<'_>, name: &str| Import {
        specifier: declaration.source.value.to_string(),
        name: name.to_owned(),
    };
    match (nodes.kind(node), nodes.parent_kind(node)) {
        (AstKind::ImportSpecifier(one), AstKind::ImportDeclaration(declaration)) => {
            Some(from(declaration, &exported(&one.imported)))
        }
        (AstKind::ImportDefaultSpecifier(_), AstKind::ImportDeclaration(declaration)) => {
            Some(from(declaration, "default"))
        }
        (AstKind::ImportNamespaceSpecifier(_), AstKind::ImportDeclaration(declaration)) => {
            Some(from(declaration, "*"))
        }
        (AstKind::VariableDeclarator(declarator), _) => required(declarator, name),
        _ => None,
    }
}

fn exported(name: &ModuleExportName<'_>) -> String {
    name.name().to_string()
}

/// `const x = require('…')`, `const { a: x } = require('…')`, `const x = require('…').a`
fn required(declarator: &VariableDeclarator<'_>, name: Span) -> Option<Import> {
    let (call, member) = match declarator.init.as_ref()?.without_parentheses() {
        Expression::StaticMemberExpression(member) => {
            (&member.object, Some(member.property.name.to_string()))
        }
        call => (call, None),
    };
    let Expression::CallExpression(call) = call else {
        return None;
    };
    let specifier = call.common_js_require()?.value.to_string();
    let name = match (&declarator.id, member) {
        (BindingPattern::BindingIdentifier(_), member) => member.unwrap_or_else(|| "*".into()),
        (BindingPattern::ObjectPattern(pattern), None) => {
            let mut taken = pattern.properties.iter();
            let property = taken.find(|property| property.value.span() == name)?;
            property.key.static_name()?.into_owned()
        }
        _ => return None,
    };
    Some(Import { specifier, name })
}
