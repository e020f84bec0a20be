//! Refusals: data about what went wrong, independent of how it is rendered.

mod from;
mod problem;
mod refusal;

pub(crate) use problem::Attempted;
pub use problem::Problem;
pub use refusal::Refusal;
