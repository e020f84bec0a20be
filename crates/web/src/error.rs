//! What a request is refused with: data that says what happened, without a word on how it is shown.

mod from;
mod problem;
mod refusal;

pub use problem::Problem;
pub use refusal::Refusal;
