//! What surrounds an expression says whether it is assigned to, or only looked at.

use oxc_ast::AstKind;
use oxc_ast::ast::AssignmentExpression;
use oxc_span::{GetSpan, Span};

/// Whether `=` assigns to what stands at `span`.
pub(super) fn is_plain_target(assignment: &AssignmentExpression<'_>, span: Span) -> bool {
    assignment.left.span() == span && assignment.operator.is_assign()
}

/// Whether what stands at `span` is assigned to by `parent`.
pub(super) fn is_target(parent: &AstKind<'_>, span: Span) -> bool {
    match parent {
        AstKind::AssignmentExpression(assignment) => assignment.left.span() == span,
        AstKind::UpdateExpression(_)
        | AstKind::ArrayAssignmentTarget(_)
        | AstKind::AssignmentTargetRest(_) => true,
        AstKind::AssignmentTargetPropertyProperty(property) => property.binding.span() == span,
        AstKind::AssignmentTargetWithDefault(target) => target.binding.span() == span,
        AstKind::ForInStatement(statement) => statement.left.span() == span,
        AstKind::ForOfStatement(statement) => statement.left.span() == span,
        _ => false,
    }
}

/// Whether the target at `span` gets a value that does not depend on the one that it had.
pub(super) fn is_only_written(parent: &AstKind<'_>, span: Span) -> bool {
    match parent {
        AstKind::AssignmentExpression(assignment) => is_plain_target(assignment, span),
        AstKind::UpdateExpression(_) => false,
        _ => true,
    }
}

/// Whether `parent` looks at the value at `span` and keeps nothing of it.
pub(super) fn only_looks(parent: &AstKind<'_>, span: Span) -> bool {
    match parent {
        AstKind::BinaryExpression(_)
        | AstKind::PrivateInExpression(_)
        | AstKind::ConditionalExpression(_)
        | AstKind::SequenceExpression(_)
        | AstKind::TemplateLiteral(_)
        | AstKind::ExpressionStatement(_)
        | AstKind::IfStatement(_)
        | AstKind::WhileStatement(_)
        | AstKind::DoWhileStatement(_)
        | AstKind::ForStatement(_)
        | AstKind::ForInStatement(_)
        | AstKind::SwitchStatement(_)
        | AstKind::SwitchCase(_)
        | AstKind::ComputedMemberExpression(_)
        | AstKind::Class(_)
        | AstKind::MethodDefinition(_)
        | AstKind::BindingProperty(_)
        | AstKind::ImportExpression(_) => true,
        AstKind::ObjectProperty(property) => property.computed && property.key.span() == span,
        AstKind::PropertyDefinition(property) => property.computed && property.key.span() == span,
        _ => false,
    }
}
