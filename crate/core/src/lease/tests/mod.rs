//! The table of leases: single rules, any sequence of operations, and whole programs.

mod circles;
mod grace;
mod model;
mod people;
mod programs;
mod table;
