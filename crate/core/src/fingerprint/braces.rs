//! Which braces a coverage tool added: a statement below `if`, `for` and the like becomes a block, so that a counter fits
//! in. Where things stood tells it. Where it does not, the code means the same with the braces.

use oxc_ast::ast::{Statement, VariableDeclarationKind};

use super::counter::Counter;
use super::coverage::{Coverage, Place, Range};

/// Characters of `do `.
const DO: u32 = 3;
/// Characters of `else `.
const ELSE: u32 = 5;

/// The only statement of a block.
pub(super) struct Sole {
    /// Its place among the statements and counters of the block.
    pub index: usize,
    /// From where it starts, with its labels, to its end.
    pub range: Option<Range>,
    /// `;`
    pub is_empty: bool,
}

/// The only statement of a block, if it has one that can stand without a block.
pub(super) fn sole(statement: &Statement<'_>, coverage: &Coverage<'_>) -> Option<Sole> {
    let Statement::BlockStatement(block) = statement else {
        return None;
    };
    let mut found = None;
    let mut range = None;
    for (index, one) in block.body.iter().enumerate() {
        match Counter::of_statement(one, coverage.name) {
            Some(Counter::Statement(number)) if range.is_none() => {
                range = coverage.statement(number);
            }
            Some(_) => {}
            None if found.is_some() || needs_block(one) => return None,
            None => found = Some((index, matches!(one, Statement::EmptyStatement(_)))),
        }
    }
    found.map(|(index, is_empty)| Sole { index, range, is_empty })
}

fn needs_block(statement: &Statement<'_>) -> bool {
    match statement {
        Statement::VariableDeclaration(declaration) => {
            declaration.kind != VariableDeclarationKind::Var
        }
        Statement::FunctionDeclaration(_) | Statement::ClassDeclaration(_) => true,
        _ => false,
    }
}

/// Whether what ends a loop, or an `if` without `else`, is bare: then both end at one place.
pub(super) fn ends_bare(sole: &Sole, whole: Option<Range>) -> bool {
    sole.is_empty
        || matches!((sole.range, whole), (Some(sole), Some(whole)) if sole.end == whole.end)
}

/// Whether the second branch of an `if` is bare: then it starts where its statement does.
pub(super) fn starts_bare(sole: &Sole, branch: Range) -> bool {
    sole.is_empty || sole.range.is_some_and(|range| range.start == branch.start)
}

/// Whether the body of `do` is bare, if it is written as formatters do: `do f(); while (x)`, and not `do { f() } while (x)`.
pub(super) fn is_bare_do(sole: &Sole, whole: Option<Range>) -> bool {
    let (Some(sole), Some(whole)) = (sole.range, whole) else {
        return sole.is_empty;
    };
    sole.start.line == whole.start.line
        && sole.start.column.checked_sub(whole.start.column) == Some(DO)
}

/// Whether what stands before `else` is bare. All that is known is where it ends and where the second branch starts; what
/// fits between tells the braces from none if both are written as formatters do. `indent` is the column of the first `if`.
pub(super) fn is_bare_before_else(sole: &Sole, second: Place, indent: u32) -> bool {
    let Some(Range { end, .. }) = sole.range else {
        return sole.is_empty;
    };
    match second.line.checked_sub(end.line) {
        Some(0) => {
            let gap = second.column.saturating_sub(end.column);
            gap < ELSE || gap == ELSE + 1
        }
        Some(1) => second.column.checked_sub(indent) == Some(ELSE),
        _ => false,
    }
}
