//! What only several processes see of each other, or only a stranger would say.

#[cfg(unix)]
mod hand_over;
mod hostile;
pub mod peer;
mod socket;
mod wire;
