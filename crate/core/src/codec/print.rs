//! Values as text: one walk through a value, and two notations for what it meets. The exact one tells all that a value is
//! made of, and golden vectors hold it; that for people shows what they would write.

mod bytes;
mod cut;
mod exact;
mod people;
mod printer;
mod references;

pub use people::print_cut;

#[cfg(test)]
mod tests;
