/// How a provider's sign-in button looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Brand {
    /// The provider's mark, an `<svg>` element that is put into pages as it is. It has the class `logo`, a `viewBox`,
    /// `aria-hidden="true"`, and neither scripts, styles nor references: pages forbid them.
    ///
    /// It is `'static`, so that it comes from code and never from input.
    pub mark: &'static str,
}

impl Brand {
    /// Makes the brand of a mark.
    pub const fn new(mark: &'static str) -> Self {
        Self { mark }
    }
}
