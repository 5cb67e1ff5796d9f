//! Tests of the whole codec.

mod fuzz;
mod output;
mod vectors;
