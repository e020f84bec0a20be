use std::fmt;

use url::{Origin, Url};

/// Where the browser goes after signing in or out: a path of this site, or a URL on a trusted origin.
///
/// Only [`RedirectRule::check`] creates one, so every value has been checked.
#[derive(Clone, PartialEq, Eq)]
pub struct ReturnTo {
    location: String,
    same_origin: bool,
}

/// The target is neither a path of this site nor a URL on a trusted origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither a path of this site nor an address on a trusted origin")]
pub struct RedirectNotAllowed;

/// Decides where redirects may go: only to the site's own origin and the configured ones (RFC 9700 §4.11.1).
///
/// Origins are compared after parsing, by scheme, host and port; there are no prefixes and no wildcards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectRule {
    base: Url,
    trusted: Vec<Origin>,
}

/// Longest target accepted, in bytes.
const MAX_BYTES: usize = 2048;

impl RedirectRule {
    /// Creates the rule for a site at `base` that also trusts the origins of the URLs in `trusted`.
    pub fn new(base: Url, trusted: impl IntoIterator<Item = Url>) -> Self {
        let trusted = trusted.into_iter().map(|url| url.origin()).collect();
        Self { base, trusted }
    }

    /// Returns the address of the site itself.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Returns whether requests from and redirects to this origin are trusted, the site's own included.
    pub fn trusts(&self, origin: &Origin) -> bool {
        origin.is_tuple() && (*origin == self.base.origin() || self.trusted.contains(origin))
    }

    /// Checks a target received from outside.
    ///
    /// # Errors
    /// [`RedirectNotAllowed`] for every target that a browser could resolve to anywhere else.
    pub fn check(&self, target: &str) -> Result<ReturnTo, RedirectNotAllowed> {
        let misread = |character: char| {
            character == '\\' || character.is_control() || character.is_whitespace()
        };
        if target.len() > MAX_BYTES || target.contains(misread) {
            return Err(RedirectNotAllowed);
        }
        if target.starts_with('/') {
            return self.check_path(target);
        }
        self.check_absolute(target)
    }

    fn check_path(&self, target: &str) -> Result<ReturnTo, RedirectNotAllowed> {
        let url = self.base.join(target).map_err(|_| RedirectNotAllowed)?;
        let location = url[url::Position::BeforePath..].to_owned();
        if url.origin() != self.base.origin() || !is_plain_path(target) || !is_plain_path(&location)
        {
            return Err(RedirectNotAllowed);
        }
        Ok(ReturnTo {
            location,
            same_origin: true,
        })
    }

    fn check_absolute(&self, target: &str) -> Result<ReturnTo, RedirectNotAllowed> {
        let (scheme, rest) = target.split_once("://").ok_or(RedirectNotAllowed)?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let web = ["http", "https"]
            .iter()
            .any(|known| scheme.eq_ignore_ascii_case(known));
        if !web || authority.is_empty() || authority.contains('@') {
            return Err(RedirectNotAllowed);
        }
        let url = Url::parse(target).map_err(|_| RedirectNotAllowed)?;
        if !self.trusts(&url.origin()) {
            return Err(RedirectNotAllowed);
        }
        Ok(ReturnTo {
            same_origin: url.origin() == self.base.origin(),
            location: url.into(),
        })
    }
}

impl ReturnTo {
    /// Returns the `Location`: a path with its query and fragment, or an absolute address, in ASCII.
    pub fn as_str(&self) -> &str {
        &self.location
    }

    /// Returns whether the target is on the site's own origin.
    pub fn is_same_origin(&self) -> bool {
        self.same_origin
    }

    /// Returns the `Location` with parameters added to its query.
    pub fn with_query(&self, parameters: &[(&str, &str)]) -> String {
        if parameters.is_empty() {
            return self.location.clone();
        }
        let (rest, fragment) = match self.location.split_once('#') {
            Some((rest, fragment)) => (rest, Some(fragment)),
            None => (self.location.as_str(), None),
        };
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        let separator = if rest.contains('?') { '&' } else { '?' };
        let fragment = fragment.map(|text| format!("#{text}")).unwrap_or_default();
        format!("{rest}{separator}{query}{fragment}")
    }
}

impl ReturnTo {
    /// Returns the `Location` with parameters as its fragment, in place of its own.
    pub fn with_fragment(&self, parameters: &[(&str, &str)]) -> String {
        let rest = self.location.split('#').next().unwrap_or_default();
        let fragment = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        format!("{rest}#{fragment}")
    }
}

impl fmt::Debug for ReturnTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReturnTo").field(&self.location).finish()
    }
}

/// Returns whether a path begins with exactly one slash, even when decoded a second time, and contains no control
/// character.
fn is_plain_path(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let decoded: Vec<u8> = percent_encoding::percent_decode_str(path).collect();
    let hidden = decoded
        .iter()
        .any(|byte| byte.is_ascii_control() || *byte == b'\\');
    decoded.first() == Some(&b'/') && decoded.get(1) != Some(&b'/') && !hidden
}

#[cfg(test)]
mod tests;
