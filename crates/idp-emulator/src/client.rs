//! The registered clients.

use url::{Host, Url};

#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) id: String,
    /// A public client has none (RFC 6749 §2.1).
    pub(crate) secret: Option<String>,
    pub(crate) redirects: Redirects,
}

/// The redirect URIs a client may use.
#[derive(Clone, Debug)]
pub(crate) enum Redirects {
    /// These URIs, compared exactly.
    Exact(Vec<String>),
    /// Any port and path of this machine.
    AnyLoopback,
}

impl Redirects {
    pub(crate) fn exact<U: Into<String>>(redirect_uris: impl IntoIterator<Item = U>) -> Self {
        Self::Exact(redirect_uris.into_iter().map(Into::into).collect())
    }

    pub(crate) fn allow(&self, redirect_uri: &str) -> bool {
        let Ok(url) = Url::parse(redirect_uri) else {
            return false;
        };
        match self {
            Self::Exact(registered) => registered.iter().any(|uri| uri == redirect_uri),
            Self::AnyLoopback => {
                matches!(url.scheme(), "http" | "https")
                    && url.fragment().is_none()
                    && url.host().is_some_and(|host| is_loopback(&host))
            }
        }
    }
}

pub(crate) fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registered_redirect_uri_is_compared_character_for_character() {
        let redirects = Redirects::Exact(vec!["http://localhost:8000/callback".to_owned()]);

        assert!(redirects.allow("http://localhost:8000/callback"));
        for other in [
            "http://localhost:8000/callback/",
            "http://localhost:8000/callback?a=b",
            "http://LOCALHOST:8000/callback",
            "http://localhost:8001/callback",
            "callback",
            "",
        ] {
            assert!(!redirects.allow(other), "{other}");
        }
    }

    #[test]
    fn any_redirect_stays_on_this_machine() {
        for ours in [
            "http://localhost:3000/x",
            "http://app.localhost/x?y=z",
            "http://127.0.0.1:1/x",
            "http://[::1]:9/x",
        ] {
            assert!(Redirects::AnyLoopback.allow(ours), "{ours}");
        }
        for other in [
            "http://localhost.evil.example/x",
            "http://10.0.0.1/x",
            "javascript:alert(1)",
            "http://localhost/#fragment",
        ] {
            assert!(!Redirects::AnyLoopback.allow(other), "{other}");
        }
    }
}
