use std::net::{IpAddr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::Network;

/// Looks names up and withholds the addresses that are not allowed, so that no name leads where its URL must not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resolver(pub(super) Network);

/// A name has no address that is allowed.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("no allowed address")]
pub(super) struct ForbiddenAddress;

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

pub(super) async fn look_up(name: &str) -> std::io::Result<Vec<IpAddr>> {
    let found = tokio::net::lookup_host((name, 0)).await?;
    Ok(found.map(|address| address.ip()).collect())
}
