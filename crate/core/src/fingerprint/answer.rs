//! What becomes of what a call gives: whether the function looks at it, or only tells something.

use oxc_ast::AstKind;
use oxc_ast::ast::{
    Argument, ArrowFunctionExpression, BindingPattern, CallExpression, Expression, Function,
    NewExpression, UnaryOperator, VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use oxc_semantic::{NodeId, ScopeFlags, Semantic, SymbolId};
use oxc_span::GetSpan;

use super::target::is_plain_target;

/// Most variables that an answer is followed through: `const log = logger.child(); log.info()`.
const MAX_VARIABLES: usize = 4;

/// What calls its first argument and takes nothing that it gives back.
const FORGETFUL: [&str; 7] = [
    "finally",
    "forEach",
    "nextTick",
    "queueMicrotask",
    "setImmediate",
    "setInterval",
    "setTimeout",
];

/// What becomes of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Answer {
    /// Nobody looks at it.
    Dropped,
    /// It is what the function gives back, and nothing else.
    Returned,
    /// It is looked at, kept or handed on.
    Used,
}

/// What becomes of the answer of the call at `call`. A call that gets a function may answer by
/// calling it, so its answer counts as used.
pub(super) fn answer_of(semantic: &Semantic<'_>, call: NodeId) -> Answer {
    Followed { semantic, variables: MAX_VARIABLES }.answer(call)
}

struct Followed<'read, 'text> {
    semantic: &'read Semantic<'text>,
    /// How many more variables are looked at.
    variables: usize,
}

impl<'text> Followed<'_, 'text> {
    fn answer(&mut self, call: NodeId) -> Answer {
        match self.kind(call) {
            AstKind::CallExpression(call) if self.hands_over_code(&call.arguments) => Answer::Used,
            _ => self.value(call),
        }
    }

    /// What becomes of the value of the expression at `node`.
    fn value(&mut self, mut node: NodeId) -> Answer {
        loop {
            let span = self.kind(node).span();
            let parent = self.semantic.nodes().parent_id(node);
            match self.kind(parent) {
                AstKind::ParenthesizedExpression(_)
                | AstKind::ChainExpression(_)
                | AstKind::AwaitExpression(_)
                | AstKind::TSAsExpression(_)
                | AstKind::TSNonNullExpression(_)
                | AstKind::TSSatisfiesExpression(_) => {}
                AstKind::LogicalExpression(logical) if logical.right.span() == span => {}
                AstKind::ConditionalExpression(conditional) if conditional.test.span() != span => {}
                AstKind::SequenceExpression(sequence) => {
                    if sequence.expressions.last().is_none_or(|last| last.span() != span) {
                        return Answer::Dropped;
                    }
                }
                AstKind::ExpressionStatement(_) => return Answer::Dropped,
                AstKind::UnaryExpression(unary) if unary.operator == UnaryOperator::Void => {
                    return Answer::Dropped;
                }
                AstKind::ForStatement(head) => {
                    let is_test = head.test.as_ref().is_some_and(|test| test.span() == span);
                    return if is_test { Answer::Used } else { Answer::Dropped };
                }
                AstKind::ReturnStatement(_) => return self.returned(parent),
                AstKind::ArrowFunctionExpression(arrow) if arrow.body.span() == span => {
                    return self.given_back(parent);
                }
                AstKind::VariableDeclarator(declarator) => return self.variable(declarator),
                _ => return self.told(node),
            }
            node = parent;
        }
    }

    /// What becomes of the value at `node` by what is done to it or to members of it: `x()`,
    /// `x.y.z()`, `x.y = 1`.
    fn told(&mut self, node: NodeId) -> Answer {
        let nodes = self.semantic.nodes();
        let (mut current, mut parent) = (node, nodes.parent_id(node));
        while matches!(self.kind(parent), AstKind::StaticMemberExpression(_)) {
            (current, parent) = (parent, nodes.parent_id(parent));
        }
        let span = self.kind(current).span();
        match self.kind(parent) {
            AstKind::CallExpression(call) if call.callee.span() == span => self.answer(parent),
            AstKind::AssignmentExpression(assignment)
                if current != node && is_plain_target(assignment, span) =>
            {
                Answer::Dropped
            }
            _ => Answer::Used,
        }
    }

    fn returned(&mut self, statement: NodeId) -> Answer {
        let mut around = self.semantic.nodes().ancestors(statement);
        let function = around.find(|node| is_function(node.kind()));
        function.map_or(Answer::Used, |function| self.given_back(function.id()))
    }

    /// What the function at `node` gives back is what the text gives back, if it is the outermost.
    /// Of some functions that are given to calls it is known what becomes of it.
    fn given_back(&mut self, node: NodeId) -> Answer {
        let nodes = self.semantic.nodes();
        if matches!(self.kind(node), AstKind::Function(function) if function.generator) {
            return Answer::Used;
        }
        let is_inner = |kind: AstKind<'_>| is_function(kind) || matches!(kind, AstKind::Class(_));
        if !nodes.ancestors(node).any(|around| is_inner(around.kind())) {
            return Answer::Returned;
        }
        let parent = nodes.parent_id(node);
        let AstKind::CallExpression(call) = self.kind(parent) else {
            return Answer::Used;
        };
        let is_first =
            call.arguments.first().is_some_and(|first| first.span() == self.kind(node).span());
        match called_name(&call.callee) {
            Some(name) if is_first && FORGETFUL.contains(&name) => Answer::Dropped,
            Some("then" | "catch") => self.value(parent),
            _ => Answer::Used,
        }
    }

    /// An answer that is kept under a name is dropped if all that is done with it is to tell it
    /// something in turn.
    fn variable(&mut self, declarator: &VariableDeclarator<'text>) -> Answer {
        let BindingPattern::BindingIdentifier(identifier) = &declarator.id else {
            return Answer::Used;
        };
        let Some(symbol) = identifier.symbol_id.get().filter(|_| self.variables > 0) else {
            return Answer::Used;
        };
        self.variables -= 1;
        self.mentions(symbol)
    }

    fn mentions(&mut self, symbol: SymbolId) -> Answer {
        let scoping = self.semantic.scoping();
        if !scoping.symbol_redeclarations(symbol).is_empty() {
            return Answer::Used;
        }
        let mut worst = Answer::Dropped;
        for reference in self.semantic.symbol_references(symbol) {
            let is_written = reference.is_write();
            let node = reference.node_id();
            worst = worst.max(if is_written { Answer::Used } else { self.told(node) });
        }
        worst
    }

    /// Whether one of the arguments is, or holds, code of the text.
    fn hands_over_code(&self, arguments: &[Argument<'text>]) -> bool {
        let mut search = CodeSearch { semantic: self.semantic, is_found: false };
        for argument in arguments {
            search.visit_argument(argument);
        }
        search.is_found
    }

    fn kind(&self, node: NodeId) -> AstKind<'text> {
        self.semantic.nodes().kind(node)
    }
}

fn is_function(kind: AstKind<'_>) -> bool {
    matches!(kind, AstKind::Function(_) | AstKind::ArrowFunctionExpression(_))
}

/// The name of what is called, or of the method.
fn called_name<'text>(callee: &Expression<'text>) -> Option<&'text str> {
    match callee.without_parentheses() {
        Expression::Identifier(identifier) => Some(identifier.name.as_str()),
        Expression::StaticMemberExpression(member) => Some(member.property.name.as_str()),
        _ => None,
    }
}

/// Looks for functions among what is handed over. What is given to calls within goes to these.
struct CodeSearch<'read, 'text> {
    semantic: &'read Semantic<'text>,
    is_found: bool,
}

impl<'text> Visit<'text> for CodeSearch<'_, 'text> {
    fn visit_expression(&mut self, expression: &Expression<'text>) {
        if let Expression::Identifier(identifier) = expression
            && let Some(reference) = identifier.reference_id.get()
            && let Some(symbol) = self.semantic.scoping().get_reference(reference).symbol_id()
        {
            self.is_found |= is_code(self.semantic, symbol);
        }
        walk::walk_expression(self, expression);
    }

    fn visit_function(&mut self, _: &Function<'text>, _: ScopeFlags) {
        self.is_found = true;
    }

    fn visit_arrow_function_expression(&mut self, _: &ArrowFunctionExpression<'text>) {
        self.is_found = true;
    }

    fn visit_call_expression(&mut self, _: &CallExpression<'text>) {}

    fn visit_new_expression(&mut self, _: &NewExpression<'text>) {}
}

/// Whether a name of the text stands for a function of it.
fn is_code(semantic: &Semantic<'_>, symbol: SymbolId) -> bool {
    match semantic.symbol_declaration(symbol).kind() {
        AstKind::Function(_) => true,
        AstKind::VariableDeclarator(declarator) => matches!(
            declarator.init.as_ref().map(Expression::without_parentheses),
            Some(Expression::FunctionExpression(_) | Expression::ArrowFunctionExpression(_))
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
