//! Query parameters. A repeated parameter is an error.

use std::borrow::Cow;
use std::collections::HashSet;

use url::form_urlencoded;

use crate::error::Problem;
use crate::text::detail;

/// The parameters of a query. Some are secrets, so there is no `Debug` output.
pub(crate) struct Params<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Params<'a> {
    pub(crate) fn of(query: &'a str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).collect())
    }

    /// Returns a parameter's value; an empty one counts as missing (RFC 6749 §3.1).
    ///
    /// # Errors
    /// `invalid_request` when it is repeated.
    pub(crate) fn one(&self, name: &str) -> Result<Option<&str>, Problem> {
        let mut values = self.0.iter().filter(|(key, _)| key == name);
        let first = values.next().map(|(_, value)| value.as_ref());
        if values.next().is_some() {
            return Err(repeated());
        }
        Ok(first.filter(|value| !value.is_empty()))
    }

    /// Returns all values of a parameter, including empty ones.
    pub(crate) fn all<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'b str> {
        let of_name = move |(key, value): &'b (Cow<'a, str>, Cow<'a, str>)| {
            (key == name).then_some(value.as_ref())
        };
        self.0.iter().filter_map(of_name)
    }

    /// Checks that no parameter is repeated, used or not (RFC 6749 §3.1).
    ///
    /// # Errors
    /// `invalid_request`.
    pub(crate) fn each_once(&self) -> Result<(), Problem> {
        let mut seen = HashSet::new();
        let fresh = self.0.iter().all(|(name, _)| seen.insert(name));
        fresh.then_some(()).ok_or_else(repeated)
    }
}

fn repeated() -> Problem {
    Problem::invalid(detail::PARAMETER_REPEATED)
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

    #[test]
    fn flow_10_also_what_is_not_read_may_be_there_once_only() {
        assert!(Params::of("").each_once().is_ok());
        assert!(
            Params::of("state=a&code=a&scope=a&Scope=a")
                .each_once()
                .is_ok()
        );
        for query in [
            "state=a&scope=b&scope=b",
            "error_description=a&state=b&error_description=",
            "scope&scope",
            "scope=a&s%63ope=b",
            "a+b=1&a%20b=1",
        ] {
            assert!(Params::of(query).each_once().is_err(), "{query}");
        }
    }
}
