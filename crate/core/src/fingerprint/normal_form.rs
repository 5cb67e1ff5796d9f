//! The one form of all texts of a function that differ only in what does not count.

use std::collections::HashMap;

use oxc_allocator::{Allocator, Box, TakeIn, Vec};
use oxc_ast::ast::{
    ArrowFunctionExpression, AssignmentTargetPropertyProperty, BindingProperty, CallExpression,
    ClassBody, ClassElement, Expression, Function, IdentifierReference, MethodDefinition,
    ObjectProperty, PropertyDefinition, PropertyKey, Statement,
};
use oxc_ast::builder::AstBuilder;
use oxc_ast_visit::{VisitMut, walk_mut};
use oxc_codegen::{Codegen, CodegenOptions, Context, Gen};
use oxc_semantic::{ScopeFlags, Scoping};
use oxc_str::Ident;
use oxc_syntax::identifier::is_identifier_name;

use super::function_text::{Content, Parsed};
use super::loader::{INTEROP, KEEP_NAME, MODULE_ALIAS, OwnNames, is_module_name, may_be_loaders};

/// Prints what stands in the surrounding, without white space and comments.
pub(super) fn print(parsed: &Parsed<'_>) -> Option<String> {
    print_by(None, parsed)
}

/// As [`print`], with the names that `scoping` gives to what the text binds.
pub(super) fn print_by(scoping: Option<Scoping>, parsed: &Parsed<'_>) -> Option<String> {
    let options = CodegenOptions::minify();
    let mut codegen = Codegen::new().with_options(options).with_scoping(scoping);
    Some(match parsed.content()? {
        Content::Expression(expression) => {
            // At the start of a statement, a function would be printed in parentheses.
            codegen.print_ascii_byte(b'(');
            codegen.print_expression(expression);
            codegen.into_source_text().split_off(1)
        }
        Content::Property(property) => {
            property.print(&mut codegen, Context::default());
            codegen.into_source_text()
        }
        Content::Member(member) => {
            member.print(&mut codegen, Context::default());
            codegen.into_source_text()
        }
    })
}

/// Takes out of the program what does not count and the printer would keep: what loaders added,
/// empty statements, quotes around names of properties, parentheses around functions.
///
/// Returns the names that it gave to what loaders named: the original by the new one.
pub(super) fn simplify(parsed: &mut Parsed<'_>) -> HashMap<String, String> {
    let text = parsed.program.source_text;
    let own = may_be_loaders(text).then(|| OwnNames::of(&parsed.program));
    let mut simplifier = Simplifier { allocator: parsed.allocator, own, numbered: HashMap::new() };
    simplifier.visit_program(&mut parsed.program);
    let renamed = simplifier.numbered.into_iter();
    renamed.map(|(original, alias)| (alias.to_owned(), original.to_owned())).collect()
}

struct Simplifier<'text> {
    allocator: &'text Allocator,
    /// None where the text has no loader's code.
    own: Option<OwnNames<'text>>,
    /// New names of what seems to be modules, by their original ones.
    numbered: HashMap<&'text str, &'text str>,
}

impl<'text> Simplifier<'text> {
    fn is_loaders(&self, expression: &Expression<'_>, matches: impl Fn(&str) -> bool) -> bool {
        match (expression, &self.own) {
            (Expression::Identifier(identifier), Some(own)) => {
                let name = identifier.name.as_str();
                matches(name) && !own.bound.contains(name)
            }
            _ => false,
        }
    }

    /// `__name(x, "x")`
    fn keeps_name(&self, call: &CallExpression<'_>) -> bool {
        self.is_loaders(&call.callee, |name| name == KEEP_NAME)
            && call.arguments.len() == 2
            && call.arguments[0].is_expression()
            && matches!(call.arguments[1].as_expression(), Some(Expression::StringLiteral(_)))
    }

    /// `__toESM(require("x"))`, `tslib_1.__importStar(require("x"))`, `_interop._(require("x"))`
    fn is_interop(&self, call: &CallExpression<'_>) -> bool {
        let is_helper = |name: &str| INTEROP.contains(&name);
        let by_name = match call.callee.without_parentheses() {
            Expression::StaticMemberExpression(member) => {
                is_helper(&member.property.name)
                    || (member.property.name == "_" && self.is_loaders(&member.object, is_helper))
            }
            callee => self.is_loaders(callee, is_helper),
        };
        by_name
            && self.own.is_some()
            && matches!(
                call.arguments.first().and_then(|first| first.as_expression()),
                Some(Expression::CallExpression(inner))
                    if self.is_loaders(&inner.callee, |name| name == "require")
            )
    }

    /// `__name(f, "f");`
    fn only_keeps_name(&self, statement: &Statement<'_>) -> bool {
        let Statement::ExpressionStatement(statement) = statement else {
            return false;
        };
        let Expression::CallExpression(call) = &statement.expression else {
            return false;
        };
        self.keeps_name(call)
            && matches!(
                call.arguments[0].as_expression(),
                Some(Expression::Identifier(_) | Expression::ThisExpression(_))
            )
    }

    /// `(0, module.f)(x)`, where a loader imported `module`.
    fn imported_member(&self, callee: &mut Expression<'text>) -> Option<Expression<'text>> {
        let Expression::SequenceExpression(sequence) = callee.without_parentheses_mut() else {
            return None;
        };
        let [Expression::NumericLiteral(zero), member] = sequence.expressions.as_mut_slice() else {
            return None;
        };
        let is_member = match &*member {
            Expression::StaticMemberExpression(member) => {
                self.is_loaders(&member.object, is_module_name)
            }
            _ => false,
        };
        (zero.value == 0.0 && is_member).then(|| member.take_in(&self.allocator))
    }

    /// Numbers modules in the order in which the text mentions them.
    fn renumber(&mut self, identifier: &mut IdentifierReference<'text>) {
        let name = identifier.name.as_str();
        let Some(own) = &self.own else {
            return;
        };
        // A name of this kind that the text binds might become that of another.
        let clashes = || own.bound.iter().any(|name| name.starts_with(MODULE_ALIAS));
        if !is_module_name(name) || own.bound.contains(name) || own.keys.contains(name) || clashes()
        {
            return;
        }
        let next = self.numbered.len();
        let allocator = self.allocator;
        let alias = self
            .numbered
            .entry(name)
            .or_insert_with(|| allocator.alloc_str(&format!("{MODULE_ALIAS}{next}")));
        identifier.name = Ident::from(*alias);
    }

    /// Names of properties need no quotes where they are identifiers.
    fn unquote(&self, key: &mut PropertyKey<'text>, computed: bool) {
        let PropertyKey::StringLiteral(literal) = key else {
            return;
        };
        if computed || literal.lone_surrogates || !is_identifier_name(&literal.value) {
            return;
        }
        let builder = AstBuilder::new(self.allocator);
        let name = oxc_ast::ast::IdentifierName::new(literal.span, literal.value, &builder);
        *key = PropertyKey::StaticIdentifier(Box::new_in(name, &self.allocator));
    }
}

impl<'text> VisitMut<'text> for Simplifier<'text> {
    fn visit_expression(&mut self, expression: &mut Expression<'text>) {
        while let Expression::CallExpression(call) = expression {
            if !self.keeps_name(call) && !self.is_interop(call) {
                break;
            }
            let Some(inner) = call.arguments[0].as_expression_mut() else {
                break;
            };
            *expression = inner.take_in(&self.allocator);
        }
        walk_mut::walk_expression(self, expression);
    }

    fn visit_identifier_reference(&mut self, identifier: &mut IdentifierReference<'text>) {
        self.renumber(identifier);
    }

    fn visit_call_expression(&mut self, call: &mut CallExpression<'text>) {
        if self.own.is_some()
            && let Some(member) = self.imported_member(&mut call.callee)
        {
            call.callee = member;
        }
        walk_mut::walk_call_expression(self, call);
    }

    fn visit_statements(&mut self, statements: &mut Vec<'text, Statement<'text>>) {
        statements.retain(|statement| {
            !matches!(statement, Statement::EmptyStatement(_)) && !self.only_keeps_name(statement)
        });
        walk_mut::walk_statements(self, statements);
    }

    fn visit_class_body(&mut self, class: &mut ClassBody<'text>) {
        class.body.retain(|element| match element {
            ClassElement::StaticBlock(block) => {
                block.body.is_empty()
                    || !block.body.iter().all(|statement| self.only_keeps_name(statement))
            }
            _ => true,
        });
        walk_mut::walk_class_body(self, class);
    }

    fn visit_function(&mut self, function: &mut Function<'text>, flags: ScopeFlags) {
        function.pife = false;
        walk_mut::walk_function(self, function, flags);
    }

    fn visit_arrow_function_expression(&mut self, arrow: &mut ArrowFunctionExpression<'text>) {
        arrow.pife = false;
        walk_mut::walk_arrow_function_expression(self, arrow);
    }

    fn visit_object_property(&mut self, property: &mut ObjectProperty<'text>) {
        self.unquote(&mut property.key, property.computed);
        walk_mut::walk_object_property(self, property);
    }

    fn visit_binding_property(&mut self, property: &mut BindingProperty<'text>) {
        self.unquote(&mut property.key, property.computed);
        walk_mut::walk_binding_property(self, property);
    }

    fn visit_assignment_target_property_property(
        &mut self,
        property: &mut AssignmentTargetPropertyProperty<'text>,
    ) {
        self.unquote(&mut property.name, property.computed);
        walk_mut::walk_assignment_target_property_property(self, property);
    }

    fn visit_method_definition(&mut self, method: &mut MethodDefinition<'text>) {
        self.unquote(&mut method.key, method.computed);
        walk_mut::walk_method_definition(self, method);
    }

    fn visit_property_definition(&mut self, field: &mut PropertyDefinition<'text>) {
        self.unquote(&mut field.key, field.computed);
        walk_mut::walk_property_definition(self, field);
    }
}

#[cfg(test)]
mod tests;
