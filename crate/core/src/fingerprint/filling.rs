//! Whether an assignment keeps, for later calls, what the function was handed: `db ??= client`.

use oxc_ast::AstKind;
use oxc_ast::ast::{
    AssignmentExpression, AssignmentOperator, BinaryExpression, BinaryOperator, Expression,
    IdentifierReference, LogicalExpression, LogicalOperator, Statement, UnaryOperator,
};
use oxc_ast_visit::Visit;
use oxc_semantic::{NodeId, Semantic};
use oxc_span::{GetSpan, Span};

/// Most variables of the function that lie between a parameter and what is kept of it.
const MAX_VARIABLES: usize = 4;

/// Whether the assignment at `node` gives a variable its first value, and that comes from a parameter of the function.
pub(super) fn keeps_what_was_handed(
    semantic: &Semantic<'_>,
    node: NodeId,
    assignment: &AssignmentExpression<'_>,
    name: &str,
) -> bool {
    is_first(semantic, node, assignment, name)
        && is_handed(semantic, &assignment.right, MAX_VARIABLES)
}

/// Whether a variable that has a value keeps it.
fn is_first(
    semantic: &Semantic<'_>,
    node: NodeId,
    assignment: &AssignmentExpression<'_>,
    name: &str,
) -> bool {
    if assignment.operator.is_logical() {
        return assignment.operator != AssignmentOperator::LogicalAnd;
    }
    if !assignment.operator.is_assign() {
        return false;
    }
    if let Expression::LogicalExpression(logical) = assignment.right.without_parentheses()
        && keeps_left(logical, name)
    {
        return true;
    }
    let nodes = semantic.nodes();
    let mut span = nodes.kind(node).span();
    for around in nodes.ancestors(node) {
        let found = match around.kind() {
            AstKind::LogicalExpression(logical) => {
                logical.right.span() == span && keeps_left(logical, name)
            }
            AstKind::IfStatement(branch) => {
                branch.consequent.span() == span && asks_for_none(&branch.test, name)
            }
            AstKind::ConditionalExpression(choice) => {
                choice.consequent.span() == span && asks_for_none(&choice.test, name)
            }
            AstKind::FunctionBody(body) => return returns_before(&body.statements, span, name),
            AstKind::Program(_) => return false,
            _ => false,
        };
        if found {
            return true;
        }
        span = around.kind().span();
    }
    false
}

/// `it ?? …`, `it || …`
fn keeps_left(logical: &LogicalExpression<'_>, name: &str) -> bool {
    matches!(logical.operator, LogicalOperator::Coalesce | LogicalOperator::Or)
        && is_named(&logical.left, name)
}

/// `!it`, `it == null`, `it === undefined`, `typeof it === 'undefined'`
fn asks_for_none(test: &Expression<'_>, name: &str) -> bool {
    match test.without_parentheses() {
        Expression::UnaryExpression(unary) => {
            unary.operator == UnaryOperator::LogicalNot && is_named(&unary.argument, name)
        }
        Expression::BinaryExpression(binary) => {
            let is_equal = matches!(
                binary.operator,
                BinaryOperator::Equality | BinaryOperator::StrictEquality
            );
            is_equal && compares_with_none(binary, name)
        }
        _ => false,
    }
}

/// `it`, `it != null`, `it !== undefined`, `typeof it !== 'undefined'`
fn asks_for_some(test: &Expression<'_>, name: &str) -> bool {
    match test.without_parentheses() {
        Expression::BinaryExpression(binary) => {
            let differs = matches!(
                binary.operator,
                BinaryOperator::Inequality | BinaryOperator::StrictInequality
            );
            differs && compares_with_none(binary, name)
        }
        test => is_named(test, name),
    }
}

fn compares_with_none(binary: &BinaryExpression<'_>, name: &str) -> bool {
    let is_none = |one: &Expression<'_>| match one.without_parentheses() {
        Expression::NullLiteral(_) => true,
        Expression::Identifier(identifier) => identifier.name == "undefined",
        Expression::StringLiteral(text) => text.value == "undefined",
        Expression::UnaryExpression(unary) => unary.operator == UnaryOperator::Void,
        _ => false,
    };
    let is_asked = |one: &Expression<'_>| match one.without_parentheses() {
        Expression::UnaryExpression(unary) => {
            unary.operator == UnaryOperator::Typeof && is_named(&unary.argument, name)
        }
        one => is_named(one, name),
    };
    (is_asked(&binary.left) && is_none(&binary.right))
        || (is_none(&binary.left) && is_asked(&binary.right))
}

fn is_named(expression: &Expression<'_>, name: &str) -> bool {
    matches!(expression.without_parentheses(), Expression::Identifier(one) if one.name == name)
}

/// Whether one of these statements, before the one at `span`, ends the function where there is a value.
fn returns_before(statements: &[Statement<'_>], span: Span, name: &str) -> bool {
    statements.iter().take_while(|one| one.span() != span).any(|one| match one {
        Statement::IfStatement(branch) => {
            asks_for_some(&branch.test, name) && ends(&branch.consequent)
        }
        _ => false,
    })
}

fn ends(statement: &Statement<'_>) -> bool {
    match statement {
        Statement::ReturnStatement(_) | Statement::ThrowStatement(_) => true,
        Statement::BlockStatement(block) => block.body.last().is_some_and(ends),
        _ => false,
    }
}

/// Whether an expression names a parameter, or a variable that was made of one.
fn is_handed(semantic: &Semantic<'_>, expression: &Expression<'_>, variables: usize) -> bool {
    let mut handed = Handed { semantic, variables, is_found: false };
    handed.visit_expression(expression);
    handed.is_found
}

struct Handed<'read, 'text> {
    semantic: &'read Semantic<'text>,
    variables: usize,
    is_found: bool,
}

impl<'text> Visit<'text> for Handed<'_, 'text> {
    fn visit_identifier_reference(&mut self, identifier: &IdentifierReference<'text>) {
        self.is_found = self.is_found || self.names_what_was_handed(identifier);
    }
}

impl Handed<'_, '_> {
    fn names_what_was_handed(&self, identifier: &IdentifierReference<'_>) -> bool {
        let scoping = self.semantic.scoping();
        let symbol =
            identifier.reference_id.get().and_then(|one| scoping.get_reference(one).symbol_id());
        let Some(symbol) = symbol else { return identifier.name == "arguments" };
        let declaration = scoping.symbol_declaration(symbol);
        let nodes = self.semantic.nodes();
        let kinds =
            std::iter::once(nodes.kind(declaration)).chain(nodes.ancestor_kinds(declaration));
        for kind in kinds {
            match kind {
                AstKind::FormalParameter(_)
                | AstKind::FormalParameters(_)
                | AstKind::FormalParameterRest(_) => {
                    return true;
                }
                AstKind::VariableDeclarator(declarator) => {
                    return self.variables > 0
                        && declarator.init.as_ref().is_some_and(|init| {
                            is_handed(self.semantic, init, self.variables - 1)
                        });
                }
                AstKind::Function(_) | AstKind::ArrowFunctionExpression(_) | AstKind::Class(_) => {
                    return false;
                }
                _ => {}
            }
        }
        false
    }
}
