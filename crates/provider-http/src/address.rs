//! Classifies addresses: on the internet, internal, or never legitimate for a provider.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Which addresses a provider may use: those of the internet, or internal ones too if its own issuer is internal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Network {
    /// Internet addresses only.
    Internet,
    /// Loopback and private addresses too.
    Inside,
}

impl Network {
    /// Returns whether requests may be sent to this address.
    pub fn allows(self, address: IpAddr) -> bool {
        match AddressScope::of(address) {
            AddressScope::Internet => true,
            AddressScope::Inside => self == Self::Inside,
            AddressScope::Nowhere => false,
        }
    }

    /// Checks a URL by its text alone; a name may still resolve to a forbidden address.
    pub fn may_allow(self, url: &Url) -> bool {
        match url.host() {
            Some(Host::Ipv4(address)) => self.allows(address.into()),
            Some(Host::Ipv6(address)) => self.allows(address.into()),
            Some(Host::Domain(_)) => self == Self::Inside || !is_loopback_host(url),
            None => false,
        }
    }

    /// Returns the network of a host with these addresses, unless none of them can be used.
    ///
    /// A single internet address makes the host an internet host. Otherwise anyone who controls its DNS could gain
    /// access to the internal network by adding an internal address.
    pub(crate) fn of_addresses(addresses: &[IpAddr]) -> Option<Self> {
        let any = |scope| {
            addresses
                .iter()
                .any(|&address| AddressScope::of(address) == scope)
        };
        if any(AddressScope::Internet) {
            return Some(Self::Internet);
        }
        any(AddressScope::Inside).then_some(Self::Inside)
    }
}

/// Returns whether a URL refers to this machine. Names under `localhost` do: they are only contacted at loopback
/// addresses, whatever they resolve to.
pub fn is_loopback_host(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => is_localhost(name),
        None => false,
    }
}

/// RFC 6761 §6.3. The host of a URL is lower case; a name to be resolved need not be.
pub(crate) fn is_localhost(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let last = name.rsplit('.').next().unwrap_or_default();
    last.eq_ignore_ascii_case("localhost")
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AddressScope {
    Internet,
    Inside,
    Nowhere,
}

impl AddressScope {
    fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::of_v4(address),
            IpAddr::V6(address) => match embedded_v4(address) {
                Some(address) => Self::of_v4(address),
                None => Self::of_v6(address),
            },
        }
    }

    fn of_v4(address: Ipv4Addr) -> Self {
        let [first, second, third, _] = address.octets();
        if first == 0 || first >= 224 || address.is_link_local() {
            return Self::Nowhere;
        }
        let shared = first == 100 && second & 0xc0 == 64; // RFC 6598
        let benchmarking = first == 198 && second & 0xfe == 18; // RFC 2544
        let protocol = (first, second, third) == (192, 0, 0); // RFC 6890
        if address.is_loopback() || address.is_private() || shared || benchmarking || protocol {
            return Self::Inside;
        }
        Self::Internet
    }

    fn of_v6(address: Ipv6Addr) -> Self {
        let first = address.segments()[0];
        let link_local = first & 0xffc0 == 0xfe80;
        if address.is_unspecified() || address.is_multicast() || link_local {
            return Self::Nowhere;
        }
        let unique_local = first & 0xfe00 == 0xfc00; // RFC 4193
        let site_local = first & 0xffc0 == 0xfec0; // RFC 3879
        let translated = address.segments()[..3] == [0x64, 0xff9b, 1]; // RFC 8215
        if address.is_loopback() || unique_local || site_local || translated {
            return Self::Inside;
        }
        Self::Internet
    }
}

/// Returns the IPv4 address embedded in an IPv6 address: mapped, compatible (RFC 4291 §2.5.5), translated (RFC 2765
/// §2.1), by NAT64 (RFC 6052), by 6to4 (RFC 3056) or, with its bits inverted, by Teredo (RFC 4380 §4).
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let from = |high: u16, low: u16| {
        let [[a, b], [c, d]] = [high.to_be_bytes(), low.to_be_bytes()];
        Ipv4Addr::new(a, b, c, d)
    };
    match address.segments() {
        // The unspecified and loopback addresses are not IPv4 addresses.
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        [0x2001, 0, .., high, low] => Some(from(!high, !low)),
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => Some(from(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(address: &str) -> AddressScope {
        AddressScope::of(address.parse().unwrap())
    }

    #[test]
    fn net_04_link_local_and_meaningless_addresses_are_nowhere() {
        for address in [
            "169.254.169.254",
            "0.0.0.0",
            "0.1.2.3",
            "224.0.0.1",
            "255.255.255.255",
            "fe80::1",
            "febf::1",
            "ff02::1",
            "::",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
            "::169.254.169.254",
            "::ffff:0:169.254.169.254",
            "2001:0:4136:e378:8000:63bf:5601:5601",
        ] {
            assert_eq!(scope(address), AddressScope::Nowhere, "{address}");
            assert!(!Network::Inside.allows(address.parse().unwrap()));
        }
    }

    #[test]
    fn net_04_loopback_and_private_addresses_are_inside() {
        for address in [
            "127.0.0.1",
            "127.255.0.9",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "100.100.100.200",
            "198.18.0.1",
            "192.0.0.8",
            "::1",
            "fd00:ec2::254",
            "fec0::1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::808:808",
            "::127.0.0.1",
            "::ffff:0:10.0.0.1",
            "2001:0:4136:e378:8000:63bf:80ff:fffe",
        ] {
            assert_eq!(scope(address), AddressScope::Inside, "{address}");
            assert!(!Network::Internet.allows(address.parse().unwrap()));
        }
    }

    #[test]
    fn net_04_everything_else_is_the_internet() {
        for address in [
            "8.8.8.8",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1111",
            "::ffff:8.8.8.8",
            "::8.8.8.8",
            "2001:4860:4860::8888",
        ] {
            assert_eq!(scope(address), AddressScope::Internet, "{address}");
        }
    }

    #[test]
    fn net_04_every_spelling_of_an_inner_address_is_seen_through() {
        for url in [
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://[::ffff:127.0.0.1]/",
            "https://localhost/",
            "https://LOCALHOST/",
            "https://a.localhost/",
            "https://10.0.0.1/",
        ] {
            let url = Url::parse(url).unwrap();

            assert!(!Network::Internet.may_allow(&url), "{url}");
            assert!(Network::Inside.may_allow(&url), "{url}");
        }
    }

    #[test]
    fn net_04_a_host_is_inside_only_when_none_of_its_addresses_is_on_the_internet() {
        let inside = "10.0.0.1".parse().unwrap();
        let internet = "8.8.8.8".parse().unwrap();
        let nowhere = "169.254.169.254".parse().unwrap();

        for (addresses, network) in [
            (vec![inside], Some(Network::Inside)),
            (vec![inside, nowhere], Some(Network::Inside)),
            (vec![internet], Some(Network::Internet)),
            (vec![internet, inside], Some(Network::Internet)),
            (vec![inside, internet], Some(Network::Internet)),
            (vec![nowhere], None),
            (vec![], None),
        ] {
            assert_eq!(Network::of_addresses(&addresses), network, "{addresses:?}");
        }
    }
}
