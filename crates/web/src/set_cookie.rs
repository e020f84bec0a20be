use std::fmt;

use crate::cookie_config::SameSite;

/// A `Set-Cookie` value (RFC 6265bis §4.1.1). Name, value and domain were validated before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SetCookie<'a> {
    pub name: &'a str,
    pub value: &'a str,
    pub http_only: bool,
    pub same_site: SameSite,
    pub secure: bool,
    pub domain: Option<&'a str>,
    /// In seconds; 0 deletes the cookie.
    pub max_age: i64,
}

impl fmt::Display for SetCookie<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.name, self.value)?;
        if self.http_only {
            f.write_str("; HttpOnly")?;
        }
        let same_site = match self.same_site {
            SameSite::Lax => "Lax",
            SameSite::Strict => "Strict",
            SameSite::None => "None",
        };
        write!(f, "; SameSite={same_site}")?;
        if self.secure {
            f.write_str("; Secure")?;
        }
        f.write_str("; Path=/")?;
        if let Some(domain) = self.domain {
            write!(f, "; Domain={domain}")?;
        }
        write!(f, "; Max-Age={}", self.max_age)?;
        if self.max_age == 0 {
            f.write_str("; Expires=Thu, 01 Jan 1970 00:00:00 GMT")?;
        }
        Ok(())
    }
}
