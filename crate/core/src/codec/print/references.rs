//! Which objects of a value stand in it more than once.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use super::printer::{Notation, Out, Printer};
use crate::codec::value::{Object, Text, Value};

/// The numbers of objects that are referred to, in the order in which they are met.
pub fn referred_to(value: &Value) -> Vec<usize> {
    let references = References::default();
    // Nothing that is written fails.
    let _ = Printer { out: &mut Nowhere, notation: &references }.value(value);
    references.0.into_inner().into_iter().collect()
}

/// Writes nothing, and notes what is referred to.
#[derive(Default)]
struct References(RefCell<BTreeSet<usize>>);

struct Nowhere;

impl fmt::Write for Nowhere {
    fn write_str(&mut self, _: &str) -> fmt::Result {
        Ok(())
    }
}

impl Notation for References {
    fn reference(&self, _: Out<'_>, number: usize) -> fmt::Result {
        self.0.borrow_mut().insert(number);
        Ok(())
    }

    fn text(&self, _: Out<'_>, _: &Text) -> fmt::Result {
        Ok(())
    }

    fn name(&self, _: Out<'_>, _: &Text) -> fmt::Result {
        Ok(())
    }

    fn letters(&self, _: Out<'_>, _: &Text) -> fmt::Result {
        Ok(())
    }

    fn number(&self, _: Out<'_>, _: f64) -> fmt::Result {
        Ok(())
    }

    fn big_int(&self, _: Out<'_>, _: bool, _: &[u8]) -> fmt::Result {
        Ok(())
    }

    fn mark(&self, _: Out<'_>, _: usize) -> fmt::Result {
        Ok(())
    }

    fn date(&self, _: Out<'_>, _: f64) -> fmt::Result {
        Ok(())
    }

    fn bytes(&self, _: Out<'_>, _: &Object) -> fmt::Result {
        Ok(())
    }
}
