use url::Url;

use crate::is_loopback_host;

/// Checks the configured URL of a provider: https (plain http for loopback hosts only), without user, password, query and
/// fragment.
///
/// # Errors
/// What to change.
pub fn check_provider_url(url: &Url) -> Result<(), &'static str> {
    let scheme = url.scheme();
    if scheme != "https" && !(scheme == "http" && is_loopback_host(url)) {
        return Err("use https (http is for loopback addresses only)");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("leave the user name and password out");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("leave the query and fragment out");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<(), &'static str> {
        check_provider_url(&Url::parse(text).unwrap())
    }

    #[test]
    fn idt_20_plain_http_is_for_loopback_providers_only() {
        for text in [
            "https://github.com",
            "https://ghe.example.com:8443/base/",
            "http://127.0.0.1:9400",
            "http://localhost:9400",
            "http://[::1]:9400",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
        for text in [
            "http://github.com",
            "http://127.0.0.1.example.com",
            "http://10.0.0.1",
            "http://localhost.example.com",
            "ftp://127.0.0.1",
            "https://user@github.com",
            "https://:secret@github.com",
            "https://github.com?x=1",
            "https://github.com#x",
        ] {
            assert!(check(text).is_err(), "{text}");
        }
    }
}
