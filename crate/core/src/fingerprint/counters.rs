//! Taking the counters of a coverage tool out of a function's text, so that it says what the function was made of.
//!
//! istanbul puts `cov_1f3k().s[3]++` before statements and, in sequences, before expressions. For that it makes blocks of
//! single statements, and of an arrow function's expression a `return`.

use oxc_allocator::{Allocator, TakeIn, Vec};
use oxc_ast::ast::{
    ArrowFunctionBody, ArrowFunctionExpression, Expression, Function, IfStatement, Statement,
};
use oxc_ast_visit::{VisitMut, walk_mut};
use oxc_semantic::ScopeFlags;

use super::braces::{Sole, ends_bare, is_bare_before_else, is_bare_do, sole, starts_bare};
use super::counter::Counter;
use super::coverage::{Coverage, Range};
use super::function_text::{FunctionTextError, parse_whole};
use super::normal_form;

/// The text of a function as it was before counters were put into it, but for what no key looks at: comments, white space.
///
/// What it returns is read as any other text. Counters that are of another form than those of istanbul stay in it.
///
/// # Errors
///
/// Those of [`super::read`].
pub fn without_counters(
    function_text: &str,
    coverage: &Coverage<'_>,
) -> Result<String, FunctionTextError> {
    parse_whole(function_text, |parsed| {
        let mut remover = Remover { allocator: parsed.allocator, coverage };
        remover.visit_program(&mut parsed.program);
        normal_form::print(parsed)
    })
}

struct Remover<'text, 'coverage> {
    allocator: &'text Allocator,
    coverage: &'coverage Coverage<'coverage>,
}

impl<'text> Remover<'text, '_> {
    fn counter(&self, statement: &Statement<'_>) -> Option<Counter> {
        Counter::of_statement(statement, self.coverage.name)
    }

    /// Takes away the braces that were put around what is below a statement, which stood at `range`. `indent` is the column
    /// of the first `if` of those that follow each other's `else`.
    fn unwrap_below(
        &self,
        statement: &mut Statement<'text>,
        range: Option<Range>,
        indent: Option<u32>,
    ) {
        let body = match statement {
            Statement::LabeledStatement(labeled) => {
                return self.unwrap_below(&mut labeled.body, range, indent);
            }
            Statement::IfStatement(branching) => {
                return self.unwrap_branches(branching, range, indent);
            }
            Statement::DoWhileStatement(looping) => {
                return self.unwrap(&mut looping.body, None, |sole| is_bare_do(sole, range));
            }
            Statement::ForStatement(looping) => &mut looping.body,
            Statement::ForInStatement(looping) => &mut looping.body,
            Statement::ForOfStatement(looping) => &mut looping.body,
            Statement::WhileStatement(looping) => &mut looping.body,
            Statement::WithStatement(with) => &mut with.body,
            _ => return,
        };
        self.unwrap(body, None, |sole| ends_bare(sole, range));
    }

    fn unwrap_branches(
        &self,
        branching: &mut IfStatement<'text>,
        range: Option<Range>,
        indent: Option<u32>,
    ) {
        let branches = [Some(&branching.consequent), branching.alternate.as_ref()];
        let number = branches.into_iter().flatten().find_map(|branch| self.branching_in(branch));
        let range = number.and_then(|number| self.coverage.branching(number)).or(range);
        let second = number.and_then(|number| self.coverage.second_branch(number));
        let indent = indent.or(range.map(|range| range.start.column));
        if second.is_none() {
            // An `else` that nobody wrote.
            branching.alternate.take_if(|alternate| self.has_only_counters(alternate));
        }
        let consequent = &mut branching.consequent;
        match (&mut branching.alternate, second) {
            (None, _) => self.unwrap(consequent, None, |sole| ends_bare(sole, range)),
            (Some(alternate), Some(second)) => {
                self.unwrap(alternate, indent, |sole| starts_bare(sole, second));
                let indent = indent.unwrap_or_default();
                self.unwrap(consequent, None, |sole| {
                    is_bare_before_else(sole, second.start, indent)
                });
            }
            (Some(_), None) => {}
        }
    }

    /// The number of the branching whose branch this is.
    fn branching_in(&self, branch: &Statement<'_>) -> Option<usize> {
        let Statement::BlockStatement(block) = branch else {
            return None;
        };
        match self.counter(block.body.first()?)? {
            Counter::Branch(number, _) => Some(number),
            _ => None,
        }
    }

    fn has_only_counters(&self, branch: &Statement<'_>) -> bool {
        matches!(branch, Statement::BlockStatement(block)
            if block.body.iter().all(|one| self.counter(one).is_some()))
    }

    fn unwrap(
        &self,
        branch: &mut Statement<'text>,
        indent: Option<u32>,
        is_bare: impl Fn(&Sole) -> bool,
    ) {
        let found = sole(branch, self.coverage).filter(is_bare);
        if let (Some(sole), Statement::BlockStatement(block)) = (found, &mut *branch) {
            let mut only = block.body[sole.index].take_in(&self.allocator);
            self.unwrap_below(&mut only, sole.range, indent);
            *branch = only;
        }
    }

    /// The expression that an arrow function gives back, if it was written without a `return`.
    fn bare_result(&self, body: &mut ArrowFunctionBody<'text>) -> Option<Expression<'text>> {
        let ArrowFunctionBody::FunctionBody(body) = body else {
            return None;
        };
        let [function, statement, Statement::ReturnStatement(returned)] =
            body.statements.as_mut_slice()
        else {
            return None;
        };
        let (Some(Counter::Function(function)), Some(Counter::Statement(statement))) =
            (self.counter(function), self.counter(statement))
        else {
            return None;
        };
        // A `return` that was written starts later than its block.
        let whole = self.coverage.function_body(function)?;
        let is_bare = self.coverage.statement(statement) == Some(whole);
        is_bare.then(|| returned.argument.as_mut().map(|result| result.take_in(&self.allocator)))?
    }
}

impl<'text> VisitMut<'text> for Remover<'text, '_> {
    fn visit_statements(&mut self, statements: &mut Vec<'text, Statement<'text>>) {
        let mut range = None;
        for statement in statements.iter_mut() {
            if let Some(counter) = self.counter(statement) {
                if let Counter::Statement(number) = counter {
                    range = self.coverage.statement(number);
                }
            } else {
                self.unwrap_below(statement, range.take(), None);
            }
        }
        statements.retain(|statement| self.counter(statement).is_none());
        walk_mut::walk_statements(self, statements);
    }

    fn visit_function(&mut self, function: &mut Function<'text>, flags: ScopeFlags) {
        // Else it would be printed in parentheses.
        function.pife = false;
        walk_mut::walk_function(self, function, flags);
    }

    fn visit_arrow_function_expression(&mut self, arrow: &mut ArrowFunctionExpression<'text>) {
        if let Some(result) = self.bare_result(&mut arrow.body) {
            arrow.body = ArrowFunctionBody::from(result);
        }
        arrow.pife = false;
        walk_mut::walk_arrow_function_expression(self, arrow);
    }

    fn visit_expression(&mut self, expression: &mut Expression<'text>) {
        if let Expression::SequenceExpression(sequence) = expression {
            let name = self.coverage.name;
            sequence.expressions.retain(|one| Counter::of(one, name).is_none());
            if let [only] = sequence.expressions.as_mut_slice() {
                *expression = only.take_in(&self.allocator);
                return self.visit_expression(expression);
            }
        }
        walk_mut::walk_expression(self, expression);
    }
}

#[cfg(test)]
mod tests;
