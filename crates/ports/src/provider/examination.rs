use std::borrow::Cow;

use super::ProviderError;

/// The result of examining one part of a provider, such as its keys.
#[derive(Debug)]
#[non_exhaustive]
pub struct Examined {
    /// The part.
    pub part: Cow<'static, str>,
    /// What was found, in a few words; or what is wrong.
    pub finding: Result<String, ProviderError>,
}

impl Examined {
    /// Creates a result.
    pub fn new(part: impl Into<Cow<'static, str>>, finding: Result<String, ProviderError>) -> Self {
        Self {
            part: part.into(),
            finding,
        }
    }
}
