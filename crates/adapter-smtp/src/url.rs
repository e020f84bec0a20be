use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

/// The address of a mail server: `smtps://host`, `smtp://host?tls=required`, or `smtp://host` on this machine, each with an
/// optional port, user and password (percent-encoded), and the name for `EHLO` as the path.
#[derive(Clone)]
pub struct SmtpUrl(Url);

/// Why a text is not the address of a usable mail server. None of the messages repeats the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidSmtpUrl {
    /// It is not a URL with a host.
    #[error("not a URL such as smtps://user:password@mail.example.com")]
    NotAUrl,
    /// Its scheme is not that of SMTP.
    #[error("the scheme must be smtps or smtp")]
    Scheme,
    /// The connection would not be encrypted, or not always.
    #[error(
        "without TLS only a server on this machine may be used; write smtps:// or add ?tls=required"
    )]
    Unencrypted,
    /// It has a user without a password, or a password without a user.
    #[error("a user and a password belong together")]
    HalfCredentials,
    /// It has a parameter other than `tls=required`, or a fragment.
    #[error("the only parameter is tls=required")]
    Parameter,
}

impl SmtpUrl {
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Returns whether TLS begins with the connection.
    pub(crate) fn is_smtps(&self) -> bool {
        self.0.scheme() == "smtps"
    }

    /// Returns whether TLS begins by `STARTTLS`.
    pub(crate) fn has_starttls(&self) -> bool {
        !self.is_smtps() && self.0.query().is_some()
    }
}

impl FromStr for SmtpUrl {
    type Err = InvalidSmtpUrl;

    fn from_str(text: &str) -> Result<Self, InvalidSmtpUrl> {
        let url = Url::parse(text.trim()).map_err(|_| InvalidSmtpUrl::NotAUrl)?;
        let encrypted = match (url.scheme(), url.query()) {
            ("smtps", None | Some("tls=required")) | ("smtp", Some("tls=required")) => true,
            ("smtp", None) => false,
            ("smtp", Some("tls=opportunistic" | "tls=none")) => {
                return Err(InvalidSmtpUrl::Unencrypted);
            }
            ("smtp" | "smtps", Some(_)) => return Err(InvalidSmtpUrl::Parameter),
            _ => return Err(InvalidSmtpUrl::Scheme),
        };
        if url.host_str().is_none_or(str::is_empty) {
            return Err(InvalidSmtpUrl::NotAUrl);
        }
        if !encrypted && !is_loopback(&url) {
            return Err(InvalidSmtpUrl::Unencrypted);
        }
        if url.username().is_empty() != url.password().is_none_or(str::is_empty) {
            return Err(InvalidSmtpUrl::HalfCredentials);
        }
        if url.fragment().is_some() {
            return Err(InvalidSmtpUrl::Parameter);
        }
        Ok(Self(url))
    }
}

/// The hosts of URLs with such schemes are opaque: an IPv4 address is read here.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain("localhost")) => true,
        Some(Host::Domain(name)) => name
            .parse::<std::net::Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback()),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(_)) | None => false,
    }
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpUrl({})", self.host())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_elsewhere_is_only_used_with_tls() {
        for usable in [
            "smtps://mail.example.com",
            "smtps://user:p%40ss@mail.example.com:4650",
            "smtps://mail.example.com?tls=required",
            "smtp://mail.example.com?tls=required",
            "smtp://user:pass@mail.example.com:587/auth.example?tls=required",
            "smtp://localhost:1025",
            "smtp://127.0.0.1:1025",
            "smtp://user:pass@127.0.0.2",
        ] {
            assert!(usable.parse::<SmtpUrl>().is_ok(), "{usable}");
        }
        for (unusable, why) in [
            ("", InvalidSmtpUrl::NotAUrl),
            ("mail.example.com", InvalidSmtpUrl::NotAUrl),
            ("smtps://", InvalidSmtpUrl::NotAUrl),
            ("mail.example.com:25", InvalidSmtpUrl::Scheme),
            ("https://mail.example.com", InvalidSmtpUrl::Scheme),
            ("smtp://mail.example.com", InvalidSmtpUrl::Unencrypted),
            ("smtp://localhost.example.com", InvalidSmtpUrl::Unencrypted),
            ("smtp://127.0.0.1.example.com", InvalidSmtpUrl::Unencrypted),
            ("smtp://10.0.0.1", InvalidSmtpUrl::Unencrypted),
            (
                "smtp://localhost?tls=opportunistic",
                InvalidSmtpUrl::Unencrypted,
            ),
            (
                "smtp://mail.example.com?tls=none",
                InvalidSmtpUrl::Unencrypted,
            ),
            (
                "smtps://mail.example.com?tls=off",
                InvalidSmtpUrl::Parameter,
            ),
            (
                "smtp://mail.example.com?tls=required&x=1",
                InvalidSmtpUrl::Parameter,
            ),
            ("smtps://mail.example.com#x", InvalidSmtpUrl::Parameter),
            (
                "smtps://user@mail.example.com",
                InvalidSmtpUrl::HalfCredentials,
            ),
            (
                "smtps://:pass@mail.example.com",
                InvalidSmtpUrl::HalfCredentials,
            ),
        ] {
            let error = unusable.parse::<SmtpUrl>().map(drop);
            assert_eq!(error, Err(why), "{unusable}");
        }
    }

    #[test]
    fn cfg_02_an_address_does_not_print_its_password() {
        let url: SmtpUrl = "smtps://user:canary@mail.example.com".parse().unwrap();

        assert_eq!(format!("{url:?}"), "SmtpUrl(mail.example.com)");
    }
}
