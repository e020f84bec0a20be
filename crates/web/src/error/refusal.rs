use super::problem::Problem;

/// Why a request does not get what it asked for.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// Something is wrong; the client is told what.
    Problem(Problem),
    /// The browser is sent elsewhere first, such as to sign in.
    Redirect(String),
}

impl<E> From<E> for Refusal
where
    Problem: From<E>,
{
    fn from(error: E) -> Self {
        Self::Problem(error.into())
    }
}
