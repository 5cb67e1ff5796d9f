//! What a function takes from its surroundings other than by a name that it does not bind.

use oxc_ast::AstKind;
use oxc_ast::ast::{CallExpression, Class, ClassElement, Expression, PropertyKey};
use oxc_semantic::{AstNodes, NodeId, ReferenceFlags, Semantic};
use oxc_span::{GetSpan, Span};

use super::environment::note_environment;
use super::function_text::Callable;
use super::loader::IMPORT_CALLS;
use super::member_name::constant_key;
use super::reading::{Feature, Reading};
use super::reference;
use super::uses::PathUses;

/// The function in the text, and the program that it was parsed into.
pub(super) struct Surroundings<'read, 'text> {
    semantic: &'read Semantic<'text>,
    class: Option<&'read Class<'text>>,
    /// Parts of the text that run when the class or method is defined, in order.
    definition: Vec<Span>,
    /// Whose `this` each node sees.
    owners: Vec<Owner>,
}

impl<'read, 'text> Surroundings<'read, 'text> {
    pub fn new(semantic: &'read Semantic<'text>, callable: &Callable<'read, 'text>) -> Self {
        let (root, class) = match callable {
            Callable::Function(function) => (function.node_id.get(), None),
            Callable::Arrow(arrow) => (arrow.node_id.get(), None),
            Callable::Class(class) => (class.node_id.get(), Some(*class)),
        };
        let definition = match class {
            Some(class) => class_definition(class),
            None => method_definition(semantic.nodes().parent_kind(root)),
        };
        Self { semantic, class, definition, owners: owners(semantic.nodes(), root) }
    }

    /// The free name that the class extends.
    pub fn extends(&self) -> Option<String> {
        let heritage = self.class?.heritage.as_ref()?;
        match heritage.expression.without_parentheses() {
            Expression::Identifier(identifier) => {
                let reference = identifier.reference_id.get()?;
                let is_free = !self.semantic.scoping().has_binding(reference);
                is_free.then(|| identifier.name.to_string())
            }
            _ => None,
        }
    }

    /// Whether what stands at `span` runs when the class or method is defined.
    pub fn is_in_definition(&self, span: Span) -> bool {
        let after = self.definition.partition_point(|part| part.start <= span.start);
        after > 0 && span.end <= self.definition[after - 1].end
    }

    /// Fills in everything of `reading` but the free variables, which must be there.
    pub fn note(&self, reading: &mut Reading) {
        let mut this = PathUses::default();
        let mut parent = PathUses::default();
        for (id, node) in self.semantic.nodes().iter_enumerated() {
            match node.kind() {
                AstKind::ThisExpression(_) => self.note_this(id, &mut this, reading),
                AstKind::Super(_) => {
                    self.note_owned(id, Feature::Super, Feature::CapturedSuper, reading);
                    if matches!(self.owners[id.index()], Owner::Text) {
                        reference::note(self.semantic, id, ReferenceFlags::read(), &mut parent);
                    }
                }
                AstKind::NewTarget(_) => {
                    self.note_owned(id, Feature::NewTarget, Feature::CapturedSuper, reading);
                }
                AstKind::IdentifierReference(name) if name.name == "arguments" => {
                    self.note_owned(id, Feature::Arguments, Feature::CapturedArguments, reading);
                }
                AstKind::ImportMeta(_) => add(reading, Feature::ImportMeta),
                AstKind::StaticMemberExpression(member) => {
                    reading.members.insert(member.property.name.to_string());
                }
                AstKind::ComputedMemberExpression(member) => {
                    reading.members.extend(constant_key(member).map(str::to_owned));
                }
                AstKind::ThrowStatement(_) => add(reading, Feature::Throws),
                AstKind::WithStatement(_) => add(reading, Feature::Unknowable),
                AstKind::ImportExpression(import) => match literal(&import.source) {
                    Some(specifier) => _ = reading.imports.insert(specifier),
                    None => add(reading, Feature::UnnamedModule),
                },
                AstKind::CallExpression(call) => self.note_call(call, reading),
                AstKind::NewExpression(new) if self.is_free(&new.callee, "Function") => {
                    add(reading, Feature::Unknowable);
                }
                _ => {}
            }
        }
        reading.this = this.into_paths();
        reading.parent = parent.into_paths();
        if let Some(class) = self.class {
            note_hidden(class, reading);
        }
        note_environment(reading);
    }

    fn note_this(&self, id: NodeId, this: &mut PathUses, reading: &mut Reading) {
        match self.owners[id.index()] {
            Owner::Inner => return,
            Owner::Text => {}
            Owner::Around => add(reading, Feature::CapturedThis),
        }
        reference::note(self.semantic, id, ReferenceFlags::read(), this);
    }

    fn note_owned(&self, id: NodeId, own: Feature, captured: Feature, reading: &mut Reading) {
        match self.owners[id.index()] {
            Owner::Inner => {}
            Owner::Text => add(reading, own),
            Owner::Around => add(reading, captured),
        }
    }

    fn note_call(&self, call: &CallExpression<'_>, reading: &mut Reading) {
        let is_vites = || IMPORT_CALLS.into_iter().any(|name| self.is_free(&call.callee, name));
        if self.is_free_where(&call.callee, is_require) {
            let specifier = match call.arguments.as_slice() {
                [argument] => argument.as_expression().and_then(literal),
                _ => None,
            };
            match specifier {
                Some(specifier) => _ = reading.requires.insert(specifier),
                None => add(reading, Feature::UnnamedRequire),
            }
        } else if is_vites() {
            match call.arguments.first().and_then(|first| first.as_expression()).and_then(literal) {
                Some(specifier) => _ = reading.imports.insert(specifier),
                None => add(reading, Feature::UnnamedModule),
            }
        } else if !call.arguments.is_empty()
            && (self.is_free(&call.callee, "eval") || self.is_free(&call.callee, "Function"))
        {
            add(reading, Feature::Unknowable);
        }
    }

    fn is_free(&self, expression: &Expression<'_>, name: &str) -> bool {
        self.is_free_where(expression, |one| one == name)
    }

    fn is_free_where(&self, expression: &Expression<'_>, is: impl Fn(&str) -> bool) -> bool {
        // `(0, eval)(x)` sees globals only, but those are as unknown.
        let expression = match expression.without_parentheses() {
            Expression::SequenceExpression(sequence) => sequence.expressions.last(),
            expression => Some(expression),
        };
        match expression {
            Some(Expression::Identifier(identifier)) if is(&identifier.name) => {
                let reference = identifier.reference_id.get();
                reference.is_some_and(|id| !self.semantic.scoping().has_binding(id))
            }
            _ => false,
        }
    }
}

/// esbuild numbers what a module calls `require` itself: `createRequire(import.meta.url)`.
fn is_require(name: &str) -> bool {
    name.strip_prefix("require").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
}

fn class_definition(class: &Class<'_>) -> Vec<Span> {
    let heritage = class.heritage.iter().map(|heritage| heritage.expression.span());
    let keys = class.body.body.iter().filter_map(|element| match element {
        ClassElement::MethodDefinition(method) => method.computed.then(|| method.key.span()),
        ClassElement::PropertyDefinition(field) => field.computed.then(|| field.key.span()),
        _ => None,
    });
    heritage.chain(keys).collect()
}

fn note_hidden(class: &Class<'_>, reading: &mut Reading) {
    for element in &class.body.body {
        let (key, is_static) = match element {
            ClassElement::PropertyDefinition(field) if is_private(&field.key) => {
                (&field.key, field.r#static)
            }
            ClassElement::AccessorProperty(accessor) => (&accessor.key, accessor.r#static),
            _ => continue,
        };
        let name = key.name().map_or_else(|| "[computed]".to_owned(), Into::into);
        let name = if is_private(key) { format!("#{name}") } else { name };
        let fields =
            if is_static { &mut reading.hidden_statics } else { &mut reading.hidden_fields };
        fields.insert(name);
    }
}

fn is_private(key: &PropertyKey<'_>) -> bool {
    matches!(key, PropertyKey::PrivateIdentifier(_))
}

fn method_definition(parent: AstKind<'_>) -> Vec<Span> {
    match parent {
        AstKind::MethodDefinition(method) if method.computed => vec![method.key.span()],
        AstKind::ObjectProperty(property) if property.computed => vec![property.key.span()],
        _ => Vec::new(),
    }
}

/// In one pass, since nodes come after their parents: to climb from each would be quadratic.
fn owners(nodes: &AstNodes<'_>, root: NodeId) -> Vec<Owner> {
    let mut owners = Vec::with_capacity(nodes.len());
    for (id, node) in nodes.iter_enumerated() {
        let parent = nodes.parent_id(id);
        owners.push(match nodes.kind(parent) {
            _ if id == parent => Owner::Around,
            AstKind::Function(_) if parent == root => Owner::Text,
            AstKind::Function(_) | AstKind::StaticBlock(_) => Owner::Inner,
            AstKind::PropertyDefinition(field) if field.key.span() != node.kind().span() => {
                Owner::Inner
            }
            _ => owners[parent.index()],
        });
    }
    owners
}

#[derive(Clone, Copy)]
enum Owner {
    /// A function or a class in the text.
    Inner,
    /// The function that the text is.
    Text,
    /// What surrounds the text.
    Around,
}

fn add(reading: &mut Reading, feature: Feature) {
    reading.features.insert(feature);
}

fn literal(expression: &Expression<'_>) -> Option<String> {
    match expression.without_parentheses() {
        Expression::StringLiteral(literal) => Some(literal.value.to_string()),
        Expression::TemplateLiteral(template) => {
            template.single_quasi().map(|quasi| quasi.to_string())
        }
        _ => None,
    }
}
