/// The look of a provider's sign-in button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Brand {
    /// The provider's mark: an `<svg>` element that is inserted into pages as it is. It has the class `logo`, a
    /// `viewBox`, `aria-hidden="true"`, and no scripts, styles or references, because the pages' content security
    /// policy forbids them.
    ///
    /// `'static`, so that it comes from code and never from input.
    pub mark: &'static str,
}

impl Brand {
    /// Creates a brand from a mark.
    pub const fn new(mark: &'static str) -> Self {
        Self { mark }
    }
}
