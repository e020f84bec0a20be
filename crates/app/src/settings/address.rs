//! Addresses in settings.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ipnet::IpNet;
use url::{Host, Url};

/// Parses a web address: `http` or `https`, a host, no user name and no password.
pub(super) fn web(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "must be an address like https://login.example.com")?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("must begin with https:// or http://");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not contain a user name or password");
    }
    if url.fragment().is_some() {
        return Err("must not contain a `#`");
    }
    Ok(url)
}

/// Parses a web address that is only an origin: scheme, host, optionally a port.
pub(super) fn origin(text: &str) -> Result<Url, &'static str> {
    let url = web(text)?;
    if text.ends_with('/') {
        return Err("must not end with a slash");
    }
    if url.path() != "/" || url.query().is_some() {
        return Err("must have no path and no query: only scheme, host and port");
    }
    Ok(url)
}

/// Parses a provider's issuer.
pub(super) fn issuer(text: &str) -> Result<belgie_domain::Issuer, &'static str> {
    let url = provider(text)?;
    if url.path().ends_with("/.well-known/openid-configuration") {
        return Err("must be the issuer alone: leave `/.well-known/openid-configuration` out");
    }
    text.parse()
        .map_err(|_| "must be 1 to 255 printable ASCII characters")
}

/// Parses the URL of a provider: `https`, or `http` on loopback, without a query.
pub(super) fn provider(text: &str) -> Result<Url, &'static str> {
    let url = web(text)?;
    if url.query().is_some() {
        return Err("must have no query");
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err("must begin with https:// (http is for loopback addresses only)");
    }
    Ok(url)
}

/// Parses a socket address; `localhost` is the loopback address.
pub(super) fn socket(text: &str) -> Result<SocketAddr, &'static str> {
    const EXPECTED: &str = "must be an IP address and a port, such as 127.0.0.1:8000 or [::]:8000";
    match text.strip_prefix("localhost:") {
        Some(port) => {
            let port = port.parse().map_err(|_| EXPECTED)?;
            Ok((Ipv4Addr::LOCALHOST, port).into())
        }
        None => text.parse().map_err(|_| EXPECTED),
    }
}

/// Checks an address from the command line, which [`socket`] parses later.
pub(crate) fn bind_address(text: &str) -> Result<String, &'static str> {
    socket(text).map(|_| text.to_owned())
}

/// Parses a network, or one address as a network of its own.
pub(super) fn network(text: &str) -> Result<IpNet, &'static str> {
    let single = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse::<IpNet>()
        .or_else(|_| single())
        .map(|network| network.trunc())
        .map_err(|_| "must be a network such as 10.0.0.0/8 or an IP address")
}

/// Returns whether the address refers to this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_scheme_host_and_port_alone() {
        for text in [
            "https://a.example",
            "http://localhost:8000",
            "https://[::1]:8443",
        ] {
            assert!(origin(text).is_ok(), "{text}");
        }
        for text in [
            "a.example",
            "*",
            "null",
            "ftp://a.example",
            "https://a.example/",
            "https://a.example/path",
            "https://a.example?x",
            "https://a.example#x",
            "https://user@a.example",
            "https://",
        ] {
            assert!(origin(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_issuer_is_https_except_on_loopback() {
        for text in [
            "https://a.example/realms/b",
            "http://127.0.0.1:1/x",
            "http://[::1]:1",
        ] {
            assert_eq!(issuer(text).unwrap().as_str(), text);
        }
        for text in [
            "http://a.example",
            "https://a.example?x=1",
            "http://127.evil.example",
            "https://a.example/.well-known/openid-configuration",
            "https://a.example/realms/b/.well-known/openid-configuration",
        ] {
            assert!(issuer(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_socket_is_an_address_and_a_port() {
        assert_eq!(socket("localhost:80"), socket("127.0.0.1:80"));
        for text in [
            "8000",
            ":8000",
            "127.0.0.1",
            "example.com:80",
            "127.0.0.1:99999",
        ] {
            assert!(socket(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_network_is_a_prefix_or_one_address() {
        assert_eq!(network("10.1.2.3/8").unwrap().to_string(), "10.0.0.0/8");
        assert_eq!(network("::1").unwrap().to_string(), "::1/128");
        assert!(network("proxy").is_err());
    }
}
