//! The client's address: the peer's, or the one reported by trusted proxies.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

use crate::header_name::HeaderName;
use crate::headers::{Headers, contains, text};

/// Returns the client's address: the right-most hop that is not a trusted proxy. Anything further left may be invented
/// by the client, as may the whole header when the peer is not trusted. IPv4-mapped IPv6 addresses become IPv4.
pub(crate) fn client_address(
    peer: Option<IpAddr>,
    headers: &dyn Headers,
    proxies: &[IpNet],
) -> Option<IpAddr> {
    let peer = peer?.to_canonical();
    if !is_trusted(peer, proxies) {
        return Some(peer);
    }
    let named = |name, read| {
        let there = contains(headers, name);
        there.then(|| first_untrusted(peer, &hops(headers, name, read), proxies))
    };
    let listed = named(HeaderName::XForwardedFor, listed);
    let standard = named(HeaderName::Forwarded, forwarded_for);
    Some(consistent_client(peer, listed, standard))
}

/// Combines the two headers. A proxy writes one of them and may pass on the other as the client sent it. Since we
/// cannot know which, two different values count as none.
fn consistent_client(peer: IpAddr, listed: Option<IpAddr>, standard: Option<IpAddr>) -> IpAddr {
    match (listed, standard) {
        (Some(listed), Some(standard)) if listed != standard => peer,
        (Some(client), _) | (None, Some(client)) => client,
        (None, None) => peer,
    }
}

fn is_trusted(address: IpAddr, proxies: &[IpNet]) -> bool {
    proxies.iter().any(|proxy| proxy.contains(&address))
}

/// Walks from the peer outwards while the hops are trusted, and stops before one that cannot be parsed.
fn first_untrusted(peer: IpAddr, hops: &[Option<IpAddr>], proxies: &[IpNet]) -> IpAddr {
    let mut nearest = peer;
    for hop in hops.iter().rev() {
        let Some(hop) = *hop else { return nearest };
        nearest = hop;
        if !is_trusted(hop, proxies) {
            return nearest;
        }
    }
    nearest
}

/// Returns all hops of a header, however many lines it spans.
fn hops(
    headers: &dyn Headers,
    name: HeaderName,
    read: fn(&str) -> Option<IpAddr>,
) -> Vec<Option<IpAddr>> {
    let mut hops = Vec::new();
    headers.each(name, &mut |line| {
        let line = text(line).unwrap_or_default();
        hops.extend(line.split(',').map(|hop| read(hop.trim())));
    });
    hops
}

/// Parses a hop of `X-Forwarded-For`: an address; some proxies add a port.
fn listed(hop: &str) -> Option<IpAddr> {
    let bare = hop
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(hop);
    let address = bare.parse::<IpAddr>().ok();
    let address = address.or_else(|| Some(hop.parse::<SocketAddr>().ok()?.ip()))?;
    Some(address.to_canonical())
}

/// Parses a hop of `Forwarded` (RFC 7239 §4): the `for` pair; an IPv6 address is quoted and bracketed.
fn forwarded_for(hop: &str) -> Option<IpAddr> {
    hop.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        if !name.eq_ignore_ascii_case("for") {
            return None;
        }
        listed(value.trim_matches('"'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    type Sent<'a> = &'a [(HeaderName, &'a str)];

    fn client_of(peer: &str, sent: Sent<'_>) -> String {
        let proxies = ["10.0.0.0/8", "2001:db8::/32"].map(|network| network.parse().unwrap());
        client_address(Some(peer.parse().unwrap()), &sent.to_vec(), &proxies)
            .unwrap()
            .to_string()
    }

    #[test]
    fn rat_05_forwarded_headers_count_only_from_trusted_proxies() {
        let (list, standard) = (HeaderName::XForwardedFor, HeaderName::Forwarded);
        let cases: &[(&str, Sent<'_>, &str)] = &[
            ("192.0.2.1", &[(list, "198.51.100.7")], "192.0.2.1"),
            ("192.0.2.1", &[(standard, "for=198.51.100.7")], "192.0.2.1"),
            ("10.0.0.1", &[(list, "198.51.100.7")], "198.51.100.7"),
            (
                "10.0.0.1",
                &[(list, "6.6.6.6, 198.51.100.7")],
                "198.51.100.7",
            ),
            (
                "10.0.0.1",
                &[(list, "6.6.6.6, 198.51.100.7, 10.0.0.2")],
                "198.51.100.7",
            ),
            (
                "10.0.0.1",
                &[(list, "6.6.6.6"), (list, "198.51.100.7")],
                "198.51.100.7",
            ),
            ("10.0.0.1", &[(list, "198.51.100.7, nonsense")], "10.0.0.1"),
            ("10.0.0.1", &[(list, "10.0.0.3, 10.0.0.2")], "10.0.0.3"),
            ("10.0.0.1", &[(list, "198.51.100.7:4711")], "198.51.100.7"),
            ("10.0.0.1", &[(list, "::ffff:198.51.100.7")], "198.51.100.7"),
            ("::ffff:10.0.0.1", &[(list, "198.51.100.7")], "198.51.100.7"),
            ("10.0.0.1", &[], "10.0.0.1"),
            (
                "10.0.0.1",
                &[(standard, "For=\"[2001:db9::1]:4711\";proto=https")],
                "2001:db9::1",
            ),
            (
                "10.0.0.1",
                &[(standard, "for=6.6.6.6, proto=http;for=198.51.100.7")],
                "198.51.100.7",
            ),
            ("10.0.0.1", &[(standard, "for=unknown")], "10.0.0.1"),
        ];
        for (peer, sent, client) in cases {
            assert_eq!(client_of(peer, sent), *client, "{peer} {sent:?}");
        }
    }

    #[test]
    fn rat_05_two_headers_that_name_different_clients_name_none() {
        for (list, standard, client) in [
            ("198.51.100.7", "for=198.51.100.7", "198.51.100.7"),
            (
                "6.6.6.6, 198.51.100.7",
                "for=1.1.1.1, for=198.51.100.7",
                "198.51.100.7",
            ),
            (
                "198.51.100.7, 10.0.0.2",
                "for=\"198.51.100.7:4711\"",
                "198.51.100.7",
            ),
            ("192.0.2.1", "for=6.6.6.6", "10.0.0.1"),
            ("6.6.6.6", "for=192.0.2.1", "10.0.0.1"),
            ("6.6.6.6, 192.0.2.1", "for=6.6.6.6", "10.0.0.1"),
            ("192.0.2.1", "nonsense", "10.0.0.1"),
            ("192.0.2.1", "", "10.0.0.1"),
            ("nonsense", "for=6.6.6.6", "10.0.0.1"),
            ("", "for=6.6.6.6", "10.0.0.1"),
        ] {
            let sent = [
                (HeaderName::XForwardedFor, list),
                (HeaderName::Forwarded, standard),
            ];
            assert_eq!(client_of("10.0.0.1", &sent), client, "{sent:?}");
            assert_eq!(client_of("192.0.2.9", &sent), "192.0.2.9", "{sent:?}");
        }
    }
}
