//! Tests of the whole codec.

mod fuzz;
mod vectors;
