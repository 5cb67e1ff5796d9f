//! One counter of a coverage tool: `cov_1f3k().s[3]++`.

use oxc_ast::ast::{
    ComputedMemberExpression, Expression, SimpleAssignmentTarget, Statement, UpdateOperator,
};

/// What is counted, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counter {
    Statement(usize),
    Function(usize),
    /// A branch of a branching.
    Branch(usize, usize),
}

impl Counter {
    /// The counter that the statement is, if `name` gives its counters.
    pub fn of_statement(statement: &Statement<'_>, name: &str) -> Option<Self> {
        let Statement::ExpressionStatement(statement) = statement else {
            return None;
        };
        Self::of(&statement.expression, name)
    }

    /// The counter that the expression is, if `name` gives its counters.
    pub fn of(expression: &Expression<'_>, name: &str) -> Option<Self> {
        let Expression::UpdateExpression(update) = expression else {
            return None;
        };
        let SimpleAssignmentTarget::ComputedMemberExpression(member) = &update.argument else {
            return None;
        };
        if update.operator != UpdateOperator::Increment || update.prefix {
            return None;
        }
        let number = number_in(member)?;
        match &member.object {
            Expression::ComputedMemberExpression(branching) => {
                let branching_number = number_in(branching)?;
                (kind(&branching.object, name)? == "b")
                    .then_some(Self::Branch(branching_number, number))
            }
            object => match kind(object, name)? {
                "s" => Some(Self::Statement(number)),
                "f" => Some(Self::Function(number)),
                _ => None,
            },
        }
    }
}

/// `s` of `cov_1f3k().s`
fn kind<'program>(object: &'program Expression<'_>, name: &str) -> Option<&'program str> {
    let Expression::StaticMemberExpression(member) = object else {
        return None;
    };
    let Expression::CallExpression(call) = &member.object else {
        return None;
    };
    let is_counters = call.arguments.is_empty()
        && matches!(&call.callee, Expression::Identifier(callee) if callee.name == name);
    is_counters.then(|| member.property.name.as_str())
}

fn number_in(member: &ComputedMemberExpression<'_>) -> Option<usize> {
    let Expression::NumericLiteral(literal) = &member.expression else {
        return None;
    };
    // As it is written, in decimals.
    literal.value.to_string().parse().ok()
}
