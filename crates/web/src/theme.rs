//! The colours of the pages.

mod color;
#[cfg(test)]
mod tokens;

pub use color::{Color, ColorError};
