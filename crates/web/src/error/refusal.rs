use super::problem::Problem;

/// Why a request is not served.
///
/// Deliberately exhaustive, like [`Body`](crate::Body): a framework's crate must be able to send every case.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// An error, which is reported to the client.
    Problem(Problem),
    /// The browser must go elsewhere first, for example to sign in.
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
