//! Query parameters, of which none that matters may be there twice.

use std::borrow::Cow;

use url::form_urlencoded;

use crate::error::ApiError;

/// The parameters of a query.
#[derive(Debug)]
pub(crate) struct Params<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Params<'a> {
    pub(crate) fn of(query: &'a str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).collect())
    }

    /// Returns a parameter's value; one without a value counts as left out (RFC 6749 §3.1).
    ///
    /// # Errors
    /// `invalid_request` when it is there more than once.
    pub(crate) fn one(&self, name: &str) -> Result<Option<&str>, ApiError> {
        let mut values = self.0.iter().filter(|(key, _)| key == name);
        let first = values.next().map(|(_, value)| value.as_ref());
        if values.next().is_some() {
            return Err(ApiError::invalid("A parameter is there more than once."));
        }
        Ok(first.filter(|value| !value.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flow_10_a_repeated_parameter_is_refused_and_an_empty_one_is_none() {
        let params = Params::of("state=a%20b&code=&iss=x&iss=x");

        assert_eq!(params.one("state").unwrap(), Some("a b"));
        assert_eq!(params.one("code").unwrap(), None);
        assert_eq!(params.one("error").unwrap(), None);
        assert!(params.one("iss").is_err());
    }
}
