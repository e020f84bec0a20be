use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use std::net::{Ipv4Addr, Ipv6Addr};

/// The unit to which limits apply: an IPv4 address, or the /64 prefix of an IPv6 address, since one client may hold the
/// whole prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ClientNetwork {
    /// One address. IPv4-mapped IPv6 addresses count as IPv4.
    V4(Ipv4Addr),
    /// The upper 64 bits of an address.
    V6(u64),
}

/// The text is not in the form that [`ClientNetwork`] is displayed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a client network")]
pub struct InvalidClientNetwork;

impl From<IpAddr> for ClientNetwork {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                let upper = [a, b, c, d].into_iter();
                Self::V6(upper.fold(0, |bits, segment| bits << 16 | u64::from(segment)))
            }
        }
    }
}

impl ClientNetwork {
    /// Returns whether this is a loopback, private or link-local network, so that no visitor from outside can be in it.
    pub fn is_internal(self) -> bool {
        match self {
            Self::V4(address) => {
                address.is_loopback() || address.is_private() || address.is_link_local()
            }
            Self::V6(upper) => {
                let first = Ipv6Addr::from(u128::from(upper) << 64);
                // ::1 is the loopback address.
                upper == 0 || first.is_unique_local() || first.is_unicast_link_local()
            }
        }
    }
}

impl fmt::Display for ClientNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(address) => address.fmt(f),
            Self::V6(upper) => write!(f, "{}/64", Ipv6Addr::from(u128::from(*upper) << 64)),
        }
    }
}

impl FromStr for ClientNetwork {
    type Err = InvalidClientNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidClientNetwork> {
        let address = match text.strip_suffix("/64") {
            Some(prefix) => prefix.parse().map(IpAddr::V6),
            None => text.parse().map(IpAddr::V4),
        };
        address.map(Self::from).map_err(|_| InvalidClientNetwork)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(address: &str) -> ClientNetwork {
        address.parse::<IpAddr>().unwrap().into()
    }

    #[test]
    fn rat_04_ipv6_is_grouped_by_64_and_mapped_ipv4_is_ipv4() {
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::2"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }

    #[test]
    fn internal_networks_are_told_from_public_ones() {
        for (address, internal) in [
            ("127.0.0.1", true),
            ("10.1.2.3", true),
            ("172.16.0.1", true),
            ("192.168.1.1", true),
            ("169.254.0.1", true),
            ("::1", true),
            ("::ffff:10.0.0.1", true),
            ("fd00::1", true),
            ("fe80::1", true),
            ("192.0.2.1", false),
            ("172.32.0.1", false),
            ("::ffff:192.0.2.1", false),
            ("2001:db8::1", false),
        ] {
            assert_eq!(network(address).is_internal(), internal, "{address}");
        }
    }

    #[test]
    fn a_network_is_read_back_from_its_text() {
        for (address, text) in [
            ("192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("::1", "::/64"),
            ("ffff:ffff:ffff:ffff::", "ffff:ffff:ffff:ffff::/64"),
        ] {
            assert_eq!(network(address).to_string(), text);
            assert_eq!(text.parse(), Ok(network(address)));
        }
        for text in ["", "192.0.2.1/64", "2001:db8::1", "x"] {
            assert_eq!(
                text.parse::<ClientNetwork>(),
                Err(InvalidClientNetwork),
                "{text}"
            );
        }
    }
}
