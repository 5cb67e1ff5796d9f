//! What one mention of a name does with the value: found by climbing from it to what surrounds it.

use oxc_ast::AstKind;
use oxc_ast::ast::{Argument, BindingPattern, Expression, UnaryOperator, VariableDeclarator};
use oxc_semantic::{AstNodes, NodeId, ReferenceFlags, Semantic};
use oxc_span::{GetSpan, Span};

use super::answer::{Answer, answer_of};
use super::filling::keeps_what_was_handed;
use super::member_name::{constant_key, destructured};
use super::target::{is_only_written, is_plain_target, is_target, only_looks};
use super::uses::{PathUses, Use};

/// Methods that change what they are called on: of arrays and typed arrays, of collections and
/// search parameters, of views, of streams and logs.
const MUTATING_METHODS: [&str; 19] = [
    "add",
    "append",
    "clear",
    "copyWithin",
    "delete",
    "end",
    "fill",
    "pop",
    "push",
    "reverse",
    "set",
    "setTime",
    "shift",
    "sort",
    "splice",
    "unshift",
    "write",
    "writeSync",
    "enqueue",
];

/// Functions that change their first argument.
const MUTATING_FUNCTIONS: [(&str, &str); 8] = [
    ("Object", "assign"),
    ("Object", "defineProperties"),
    ("Object", "defineProperty"),
    ("Object", "setPrototypeOf"),
    ("Reflect", "defineProperty"),
    ("Reflect", "deleteProperty"),
    ("Reflect", "set"),
    ("Reflect", "setPrototypeOf"),
];

/// Most operators that a value is followed through: each operand of `a || b || …` climbs on its own.
/// What is passed on further counts as escaping.
const MAX_OPERANDS: usize = 64;

/// Notes in `found` what the identifier or `this` at `node` is used for. `flags` are those of the
/// reference; for `this`, those of a read.
pub(super) fn note(
    semantic: &Semantic<'_>,
    node: NodeId,
    flags: ReferenceFlags,
    found: &mut PathUses,
) {
    let mut climber = Climber {
        semantic,
        nodes: semantic.nodes(),
        current: node,
        path: Vec::new(),
        open: true,
        method: None,
        operands: 0,
    };
    while climber.climb(found) {}
    climber.conclude(flags, found);
}

struct Climber<'climb, 'text> {
    semantic: &'climb Semantic<'text>,
    nodes: &'climb AstNodes<'text>,
    /// The outermost expression whose value is that of the name or of its member at `path`.
    current: NodeId,
    path: Vec<&'text str>,
    /// False once a member was computed: `path` ends before it.
    open: bool,
    /// Name of the member that was taken last.
    method: Option<&'text str>,
    /// How often the value was that of an operator around it.
    operands: usize,
}

impl<'text> Climber<'_, 'text> {
    fn span(&self) -> Span {
        self.nodes.kind(self.current).span()
    }

    fn parent(&self) -> AstKind<'text> {
        self.nodes.parent_kind(self.current)
    }

    /// Takes in the surrounding expression if it hands on the value or takes a member of it.
    fn climb(&mut self, found: &mut PathUses) -> bool {
        let span = self.span();
        let goes_on = match self.parent() {
            AstKind::ParenthesizedExpression(_)
            | AstKind::ChainExpression(_)
            | AstKind::TSAsExpression(_)
            | AstKind::TSNonNullExpression(_)
            | AstKind::TSSatisfiesExpression(_) => true,
            AstKind::StaticMemberExpression(member) => {
                self.take(Some(member.property.name.as_str()), found);
                true
            }
            AstKind::ComputedMemberExpression(member) if member.object.span() == span => {
                self.take(constant_key(member), found);
                true
            }
            AstKind::PrivateFieldExpression(_) => {
                self.take(None, found);
                true
            }
            // Whether the value is truthy or nullish counts, whatever is taken of it afterwards.
            AstKind::LogicalExpression(_) => {
                found.add(&self.path, Use::Read);
                self.passes_operator()
            }
            AstKind::ConditionalExpression(conditional) => {
                conditional.test.span() != span && self.passes_operator()
            }
            AstKind::SequenceExpression(sequence) => {
                let is_last = sequence.expressions.last().is_some_and(|last| last.span() == span);
                is_last && self.passes_operator()
            }
            _ => false,
        };
        if goes_on {
            self.current = self.nodes.parent_id(self.current);
        }
        goes_on
    }

    fn take(&mut self, name: Option<&'text str>, found: &mut PathUses) {
        self.method = name;
        match name {
            Some(name) if self.open => self.path.push(name),
            Some(_) => {}
            None => {
                // Which member it is depends on what runs, so the whole value counts, unless the
                // member is only assigned to.
                if self.open && !self.is_written_member() {
                    found.add(&self.path, Use::Read);
                }
                self.open = false;
            }
        }
    }

    /// Whether the surrounding member expression is the target of `=` and nothing else.
    fn is_written_member(&self) -> bool {
        let member = self.nodes.parent_id(self.current);
        let span = self.nodes.kind(member).span();
        match self.nodes.parent_kind(member) {
            AstKind::AssignmentExpression(assignment) => is_plain_target(assignment, span),
            AstKind::UnaryExpression(unary) => unary.operator == UnaryOperator::Delete,
            _ => false,
        }
    }

    fn passes_operator(&mut self) -> bool {
        self.operands += 1;
        self.operands <= MAX_OPERANDS
    }

    fn conclude(&self, flags: ReferenceFlags, found: &mut PathUses) {
        let bare = self.method.is_none() && self.path.is_empty() && self.open;
        if bare && flags.is_write() {
            found.add(&[], Use::Assigned);
            if flags.is_read() {
                found.add(&[], Use::Read);
            }
            if self.is_handed() {
                found.add(&[], Use::Handed);
            }
            return;
        }
        let span = self.span();
        match self.parent() {
            AstKind::CallExpression(call) if call.callee.span() == span => {
                if call.arguments.is_empty() {
                    self.used(Use::CalledBare, found);
                }
                self.called(found);
            }
            AstKind::CallExpression(call) => self.passed(&call.callee, &call.arguments, found),
            AstKind::NewExpression(new) if new.callee.span() == span => self.asked(found),
            AstKind::TaggedTemplateExpression(tagged) if tagged.tag.span() == span => {
                self.asked(found);
            }
            AstKind::UnaryExpression(unary) => match unary.operator {
                UnaryOperator::Typeof => self.used(Use::Typeof, found),
                UnaryOperator::Delete if !bare => self.written(false, found),
                _ => self.used(Use::Read, found),
            },
            AstKind::VariableDeclarator(declarator) => self.declared(declarator, found),
            AstKind::AwaitExpression(_) if self.is_only_awaited() => self.used(Use::Awaited, found),
            parent if !bare && is_target(&parent, span) => {
                self.written(!is_only_written(&parent, span), found);
            }
            parent if only_looks(&parent, span) => self.used(Use::Read, found),
            _ => self.used(Use::Escapes, found),
        }
    }

    /// Whether the name gets its first value, and that from what the function was handed.
    fn is_handed(&self) -> bool {
        let AstKind::IdentifierReference(target) = self.nodes.kind(self.current) else {
            return false;
        };
        match self.parent() {
            AstKind::AssignmentExpression(assignment) => {
                let node = self.nodes.parent_id(self.current);
                keeps_what_was_handed(self.semantic, node, assignment, &target.name)
            }
            _ => false,
        }
    }

    /// Whether the `await` around the value is a statement.
    fn is_only_awaited(&self) -> bool {
        let waiting = self.nodes.parent_id(self.current);
        matches!(self.nodes.parent_kind(waiting), AstKind::ExpressionStatement(_))
    }

    fn used(&self, one: Use, found: &mut PathUses) {
        // Of a computed member, reading the value that it is computed from was noted already.
        if self.open {
            found.add(&self.path, one);
        }
    }

    /// The path of the value whose member was taken last.
    fn receiver(&self) -> &[&'text str] {
        match self.path.split_last() {
            Some((_, receiver)) if self.open => receiver,
            _ => &self.path,
        }
    }

    fn asked(&self, found: &mut PathUses) {
        self.used(Use::Called, found);
        self.used(Use::Answered, found);
    }

    fn called(&self, found: &mut PathUses) {
        match answer_of(self.semantic, self.nodes.parent_id(self.current)) {
            Answer::Used => self.asked(found),
            Answer::Returned => {
                self.used(Use::Called, found);
                self.used(Use::Returned, found);
            }
            Answer::Dropped => self.used(Use::Called, found),
        }
        if self.method.is_some_and(|name| MUTATING_METHODS.contains(&name)) {
            found.add(self.receiver(), Use::MutatingCall);
        }
    }

    fn passed(&self, callee: &Expression<'_>, arguments: &[Argument<'_>], found: &mut PathUses) {
        self.used(Use::Escapes, found);
        let first = arguments.first().is_some_and(|first| first.span() == self.span());
        if first && is_mutating_function(callee) {
            found.add(&self.path, Use::Mutated);
        }
    }

    /// A member got a value, lost it, or changed it if `read`.
    fn written(&self, read: bool, found: &mut PathUses) {
        found.add(self.receiver(), Use::Mutated);
        self.used(Use::Assigned, found);
        if read {
            self.used(Use::Read, found);
        }
    }

    fn declared(&self, declarator: &VariableDeclarator<'text>, found: &mut PathUses) {
        match &declarator.id {
            BindingPattern::ObjectPattern(pattern) if self.open => {
                destructured(pattern, &mut self.path.clone(), found);
            }
            _ => self.used(Use::Escapes, found),
        }
    }
}

fn is_mutating_function(callee: &Expression<'_>) -> bool {
    let Expression::StaticMemberExpression(member) = callee.without_parentheses() else {
        return false;
    };
    let Expression::Identifier(object) = &member.object else {
        return false;
    };
    MUTATING_FUNCTIONS.contains(&(object.name.as_str(), member.property.name.as_str()))
}
