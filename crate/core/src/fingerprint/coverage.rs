//! What a coverage tool (istanbul) says of a file that it put counters into: where each thing that it counts stood.

/// Stands for a line or column that is not known.
const UNKNOWN: u32 = u32::MAX;

/// The counters of one file, and the places of what they count, as numbers of four each: line and column of the start,
/// line and column of the end. What is not known is the highest number.
#[derive(Clone, Copy, Debug)]
pub struct Coverage<'a> {
    /// The function that gives the counters: `cov_1f3k` in `cov_1f3k().s[0]++`.
    pub name: &'a str,
    /// Of each statement.
    pub statements: &'a [u32],
    /// Of the body of each function.
    pub functions: &'a [u32],
    /// Of each branching, and then of its second branch.
    pub branches: &'a [u32],
}

/// A place in a line, counted as the tool counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub line: u32,
    pub column: u32,
}

/// Where something stood. `None` is what is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub start: Place,
    pub end: Place,
}

impl Coverage<'_> {
    pub(super) fn statement(&self, number: usize) -> Option<Range> {
        range(self.statements, number)
    }

    pub(super) fn function_body(&self, number: usize) -> Option<Range> {
        range(self.functions, number)
    }

    pub(super) fn branching(&self, number: usize) -> Option<Range> {
        range(self.branches, number.checked_mul(2)?)
    }

    /// `None` where nothing was written.
    pub(super) fn second_branch(&self, number: usize) -> Option<Range> {
        range(self.branches, number.checked_mul(2)?.checked_add(1)?)
    }
}

fn range(places: &[u32], number: usize) -> Option<Range> {
    let from = number.checked_mul(4)?;
    let [line, column, end_line, end_column] = *places.get(from..from.checked_add(4)?)? else {
        return None;
    };
    (line != UNKNOWN).then_some(Range {
        start: Place { line, column },
        end: Place { line: end_line, column: end_column },
    })
}
