//! Parsing of what `Function.prototype.toString()` returns.
//!
//! The text is a piece of a program without its surroundings: `x => x`, but also `get size() {}`,
//! which means something only inside of an object or a class. It is parsed in each surrounding that
//! can hold a function, until one fits.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    ArrowFunctionExpression, Class, ClassElement, Expression, Function, MethodDefinition,
    ObjectProperty, ObjectPropertyKind, Program, PropertyKind, Statement,
};
use oxc_parser::Parser;
use oxc_span::SourceType;
use thiserror::Error;

/// Longest text that is parsed, in bytes. It bounds the stack that the parser may need.
const MAX_LENGTH: usize = 256 * 1024;

/// Most brackets that may be open at once. It bounds the time, which the parser's look-ahead makes
/// quadratic in the depth of texts such as `({a=({a=(`.
const MAX_DEPTH: usize = 2048;

/// Stack that one byte of text can cost: the parser recurses on each `(`, `!` or `a=>`, and has no
/// limit of its own. An overflow would kill the process, so the stack fits the worst text of its
/// length: 1.5 KiB a byte were measured for `(((`, 2.9 KiB unoptimised. Only the pages that are
/// touched cost memory.
const STACK_PER_BYTE: usize = if cfg!(debug_assertions) { 8 * 1024 } else { 4 * 1024 };
const BASE_STACK: usize = 1024 * 1024;

/// Why the text of a function could not be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FunctionTextError {
    /// Built into the engine, written in another language, or made by `bind`.
    #[error("the function is native or bound, so its text does not show its parameters")]
    NativeCode,
    /// Neither a function, a method nor a class in the syntax that the parser knows.
    #[error("the text of the function does not parse as JavaScript")]
    Unparsable,
    /// Longer than the parser's stack allows for.
    #[error("the text of the function has {length} bytes; at most {MAX_LENGTH} are parsed")]
    TooLong {
        /// Bytes of the text.
        length: usize,
    },
    /// Nested deeper than the parser can read in reasonable time.
    #[error("the text of the function nests more than {MAX_DEPTH} brackets")]
    TooDeep,
    /// The system had no thread or no stack for the parser.
    #[error("no thread to parse the function: {0}")]
    NoThread(#[from] std::io::Error),
}

/// What a function's text turned out to be.
pub(super) enum Callable<'program, 'text> {
    /// Function, method or accessor.
    Function(&'program Function<'text>),
    Arrow(&'program ArrowFunctionExpression<'text>),
    Class(&'program Class<'text>),
}

/// A text that parsed, in the surrounding that it needed to. It lives on the parser's stack.
pub(super) struct Parsed<'text> {
    pub program: Program<'text>,
    pub allocator: &'text Allocator,
    surrounding: Surrounding,
}

impl<'text> Parsed<'text> {
    /// The function; None if `program` was changed so that it is no single function any more.
    pub fn callable(&self) -> Option<Callable<'_, 'text>> {
        self.surrounding.callable(&self.program)
    }

    /// What the surrounding holds: the function with what belongs to its text, a method's key.
    pub fn content(&self) -> Option<Content<'_, 'text>> {
        self.surrounding.content(&self.program)
    }
}

/// The part of the wrapped program that the text stands for.
pub(super) enum Content<'program, 'text> {
    Expression(&'program Expression<'text>),
    Property(&'program ObjectProperty<'text>),
    Member(&'program MethodDefinition<'text>),
}

/// Parses `text` and hands it to `read`, on a stack that no text can exhaust while it is parsed.
/// `read` may recurse into parameters, but shares that stack.
pub(super) fn parse<T: Send>(
    text: &str,
    read: impl Fn(Callable<'_, '_>) -> T + Sync,
) -> Result<T, FunctionTextError> {
    parse_whole(text, |parsed| parsed.callable().map(&read))
}

/// Like [`parse`], for readers that change the program, or need all of it. `read` may recurse into
/// everything: the stack is measured for the passes of [`super::reading`].
pub(super) fn parse_whole<T: Send>(
    text: &str,
    read: impl Fn(&mut Parsed<'_>) -> Option<T> + Sync,
) -> Result<T, FunctionTextError> {
    let outcome = on_large_stack(text, || parse_somewhere(text, &read))?;
    outcome.ok_or_else(|| {
        if is_native(text) { FunctionTextError::NativeCode } else { FunctionTextError::Unparsable }
    })
}

/// Runs `read` on a stack that fits whatever `text` parses to: here if there is room, else in a
/// thread, which takes longer to start than most texts to read. None if it panics: that is a defect
/// of the parser, and says of the text only that it is unreadable.
pub(super) fn on_large_stack<T: Send>(
    text: &str,
    read: impl FnOnce() -> Option<T> + Send,
) -> Result<Option<T>, FunctionTextError> {
    if text.len() > MAX_LENGTH {
        return Err(FunctionTextError::TooLong { length: text.len() });
    }
    if depth(text) > MAX_DEPTH {
        return Err(FunctionTextError::TooDeep);
    }
    let needed = BASE_STACK + text.len() * STACK_PER_BYTE;
    if stacker::remaining_stack().is_some_and(|left| left > needed) {
        // What a panic leaves half done is dropped with it.
        return Ok(catch_unwind(AssertUnwindSafe(read)).unwrap_or(None));
    }
    thread::scope(|scope| {
        let reader = thread::Builder::new().stack_size(needed).spawn_scoped(scope, read)?;
        Ok(reader.join().unwrap_or(None))
    })
}

#[derive(Clone, Copy)]
enum Surrounding {
    Expression,
    Object,
    Class,
}

impl Surrounding {
    const ALL: [Self; 3] = [Self::Expression, Self::Object, Self::Class];

    /// The line break ends a comment that the text may end with.
    fn wrap(self, text: &str) -> String {
        match self {
            Self::Expression => format!("({text}\n)"),
            Self::Object => format!("({{{text}\n}})"),
            Self::Class => format!("(class {{{text}\n}})"),
        }
    }

    /// The one function that the wrapped text consists of; None if it closes its surrounding and
    /// goes on, or holds anything else.
    fn callable<'program, 'text>(
        self,
        program: &'program Program<'text>,
    ) -> Option<Callable<'program, 'text>> {
        match self.content(program)? {
            Content::Expression(expression) => function_expression(expression),
            Content::Property(property) => method(property).map(Callable::Function),
            Content::Member(member) => Some(Callable::Function(&member.value)),
        }
    }

    fn content<'program, 'text>(
        self,
        program: &'program Program<'text>,
    ) -> Option<Content<'program, 'text>> {
        if !program.directives.is_empty() {
            return None;
        }
        let [Statement::ExpressionStatement(statement)] = program.body.as_slice() else {
            return None;
        };
        let Expression::ParenthesizedExpression(parenthesized) = &statement.expression else {
            return None;
        };
        match (self, &parenthesized.expression) {
            (Self::Expression, expression) => Some(Content::Expression(expression)),
            (Self::Object, Expression::ObjectExpression(object)) => {
                only_property(object.properties.as_slice()).map(Content::Property)
            }
            (Self::Class, Expression::ClassExpression(class)) => {
                only_member(class.body.body.as_slice()).map(Content::Member)
            }
            _ => None,
        }
    }
}

fn parse_somewhere<T>(text: &str, read: &impl Fn(&mut Parsed<'_>) -> Option<T>) -> Option<T> {
    // `await` may be a name in a script only, `import.meta` may stand in a module only.
    let kinds = [SourceType::mjs(), SourceType::script()];
    Surrounding::ALL.into_iter().find_map(|surrounding| {
        let source = surrounding.wrap(text);
        kinds.into_iter().find_map(|kind| {
            let allocator = Allocator::default();
            let outcome = Parser::new(&allocator, &source, kind).parse();
            if outcome.panicked || !outcome.diagnostics.is_empty() {
                return None;
            }
            let program = outcome.program;
            let mut parsed = Parsed { program, allocator: &allocator, surrounding };
            parsed.callable()?;
            read(&mut parsed)
        })
    })
}

fn function_expression<'program, 'text>(
    expression: &'program Expression<'text>,
) -> Option<Callable<'program, 'text>> {
    match expression {
        Expression::FunctionExpression(function) => Some(Callable::Function(function)),
        Expression::ArrowFunctionExpression(arrow) => Some(Callable::Arrow(arrow)),
        Expression::ClassExpression(class) => Some(Callable::Class(class)),
        _ => None,
    }
}

fn only_property<'program, 'text>(
    properties: &'program [ObjectPropertyKind<'text>],
) -> Option<&'program ObjectProperty<'text>> {
    match properties {
        [ObjectPropertyKind::ObjectProperty(property)] => Some(property),
        _ => None,
    }
}

fn method<'program, 'text>(
    property: &'program ObjectProperty<'text>,
) -> Option<&'program Function<'text>> {
    match &property.value {
        Expression::FunctionExpression(function)
            if property.method || property.kind != PropertyKind::Init =>
        {
            Some(function)
        }
        _ => None,
    }
}

fn only_member<'program, 'text>(
    elements: &'program [ClassElement<'text>],
) -> Option<&'program MethodDefinition<'text>> {
    match elements {
        [ClassElement::MethodDefinition(method)] => Some(method),
        _ => None,
    }
}

/// Brackets open at once, at most, as a plain count: those in strings and comments count too.
fn depth(text: &str) -> usize {
    let (_, deepest) = text.bytes().fold((0_usize, 0_usize), |(open, deepest), byte| match byte {
        b'(' | b'[' | b'{' => (open + 1, deepest.max(open + 1)),
        b')' | b']' | b'}' => (open.saturating_sub(1), deepest),
        _ => (open, deepest),
    });
    deepest
}

/// Whether an unparsable text ends as ECMAScript has native functions end: `{ [native code] }`.
fn is_native(text: &str) -> bool {
    let inner = |text: &str, close: char| text.trim_end().strip_suffix(close).map(str::len);
    inner(text, '}')
        .and_then(|length| inner(&text[..length], ']'))
        .and_then(|length| text[..length].trim_end().strip_suffix("native code"))
        .is_some_and(|head| head.trim_end().ends_with('['))
}
