use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};

use super::output;
use super::start::Start;
use crate::telemetry::Verbosity;

const TIMEOUT: Duration = Duration::from_secs(5);

pub(super) async fn run(start: Start) -> anyhow::Result<()> {
    let settings = start.settings(Verbosity::Command)?;
    let address = reachable(settings.site.bind);
    // The server uses plain http on its own address, so no roots and no proxies are needed.
    let client = reqwest::Client::builder()
        .timeout(TIMEOUT)
        .no_proxy()
        .tls_certs_only([])
        .build()
        .context("cannot set up a client")?;
    let response = client.get(format!("http://{address}/readyz")).send().await;
    let response = response.map_err(|error| {
        let error = anyhow::Error::new(error.without_url());
        anyhow!(
            "BELGIE_BIND: no server answers on {address}: {}",
            error.root_cause()
        )
    })?;
    if !response.status().is_success() {
        bail!(
            "the server on {address} is not ready: it answers {}",
            response.status()
        );
    }
    output::line("ready")
}

/// A server that listens on all addresses is contacted at the loopback address.
fn reachable(bind: SocketAddr) -> SocketAddr {
    let ip = match bind.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, bind.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_on_all_addresses_is_asked_on_loopback() {
        for (bind, asked) in [
            ("0.0.0.0:8000", "127.0.0.1:8000"),
            ("[::]:8000", "[::1]:8000"),
            ("192.0.2.1:8000", "192.0.2.1:8000"),
        ] {
            assert_eq!(reachable(bind.parse().unwrap()).to_string(), asked);
        }
    }
}
