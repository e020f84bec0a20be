use std::net::{IpAddr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::address::{Network, is_localhost};

/// Resolves names and filters out forbidden addresses, so that DNS cannot lead a request anywhere its URL must not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resolver(pub(crate) Network);

/// The name has no permitted address.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("no permitted address")]
pub(crate) struct ForbiddenAddress;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let network = self.0;
        Box::pin(async move {
            let mut addresses = look_up(name.as_str()).await?;
            addresses.retain(|&address| network.allows(address));
            if addresses.is_empty() {
                return Err(ForbiddenAddress.into());
            }
            let addresses = addresses.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}

/// Resolves a name. For a name under `localhost`, only loopback addresses count (RFC 6761 §6.3), since some resolvers
/// query the DNS for it.
pub(crate) async fn look_up(name: &str) -> std::io::Result<Vec<IpAddr>> {
    let found = tokio::net::lookup_host((name, 0)).await?;
    let addresses = found.map(|address| address.ip());
    Ok(addresses.filter(|&ip| is_credible(name, ip)).collect())
}

fn is_credible(name: &str, address: IpAddr) -> bool {
    !is_localhost(name) || address.to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn net_04_a_name_under_localhost_is_this_machine_or_nothing() {
        for name in ["localhost", "idp.localhost", "IDP.LOCALHOST", "localhost."] {
            for address in ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"] {
                assert!(
                    is_credible(name, address.parse().unwrap()),
                    "{name} {address}"
                );
            }
            for address in ["8.8.8.8", "10.0.0.1", "::", "2606:4700::1111"] {
                assert!(
                    !is_credible(name, address.parse().unwrap()),
                    "{name} {address}"
                );
            }
        }
        for name in ["localhost.example.com", "notlocalhost", "id.example.com"] {
            assert!(is_credible(name, "8.8.8.8".parse().unwrap()), "{name}");
        }
    }
}
