use url::Url;

use crate::config::is_reserved;
use crate::fault::ProviderFault;
use belgie_provider_http::{Network, is_loopback_host, printable};

/// Where a provider's endpoints may be, given the location of its issuer.
pub(super) struct EndpointRule {
    network: Network,
    plain_http: bool,
}

impl EndpointRule {
    pub(super) fn new(issuer: &Url, network: Network) -> Self {
        Self {
            network,
            plain_http: issuer.scheme() == "http",
        }
    }

    pub(super) fn check(&self, name: &'static str, url: &Url) -> Result<(), ProviderFault> {
        let secure = match url.scheme() {
            "https" => true,
            "http" => self.plain_http && is_loopback_host(url),
            _ => false,
        };
        let anonymous = url.username().is_empty() && url.password().is_none();
        if secure && anonymous && url.fragment().is_none() && self.network.may_allow(url) {
            return Ok(());
        }
        Err(forbidden(name, url))
    }

    /// Also refuses an endpoint whose own query would shadow a request parameter (RFC 6749 §3.1).
    pub(super) fn check_authorization(
        &self,
        name: &'static str,
        url: &Url,
    ) -> Result<(), ProviderFault> {
        self.check(name, url)?;
        if url.query_pairs().any(|(key, _)| is_reserved(&key)) {
            return Err(forbidden(name, url));
        }
        Ok(())
    }
}

fn forbidden(name: &'static str, url: &Url) -> ProviderFault {
    ProviderFault::ForbiddenEndpoint {
        name,
        url: printable(url.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(issuer: &str, network: Network) -> EndpointRule {
        EndpointRule::new(&Url::parse(issuer).unwrap(), network)
    }

    fn allows(rule: &EndpointRule, url: &str) -> bool {
        rule.check("token_endpoint", &Url::parse(url).unwrap())
            .is_ok()
    }

    #[test]
    fn net_04_an_issuer_of_the_internet_leads_to_the_internet_only() {
        let rule = rule("https://id.example.com", Network::Internet);

        assert!(allows(&rule, "https://tokens.example.net/token?tenant=1"));
        for url in [
            "https://169.254.169.254/token",
            "https://127.0.0.1/token",
            "https://localhost/token",
            "https://10.0.0.1/token",
            "https://[::1]/token",
            "https://[fe80::1]/token",
        ] {
            assert!(!allows(&rule, url), "{url}");
        }
    }

    #[test]
    fn net_04_an_inner_issuer_may_lead_inside_but_never_to_link_local_addresses() {
        let rule = rule("https://sso.corp.example", Network::Inside);

        assert!(allows(&rule, "https://10.0.0.1/token"));
        for url in [
            "https://169.254.169.254/token",
            "https://[fe80::1]/token",
            "https://0.0.0.0/token",
        ] {
            assert!(!allows(&rule, url), "{url}");
        }
    }

    #[test]
    fn idt_20_endpoints_are_https_unless_the_issuer_is_http_on_loopback() {
        let secure = rule("https://127.0.0.1", Network::Inside);
        let plain = rule("http://127.0.0.1:9400", Network::Inside);

        assert!(!allows(&secure, "http://127.0.0.1:9400/token"));
        assert!(allows(&plain, "http://127.0.0.1:9400/token"));
        assert!(allows(&plain, "https://127.0.0.1:9400/token"));
        for url in [
            "http://10.0.0.1/token",
            "http://id.example.com/token",
            "ftp://127.0.0.1/token",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "http://user:secret@127.0.0.1:9400/token",
            "http://127.0.0.1:9400/token#x",
        ] {
            assert!(!allows(&plain, url), "{url}");
        }
    }

    #[test]
    fn flow_17_an_authorization_endpoint_cannot_bring_parameters_of_the_protocol() {
        let rule = rule("https://id.example.com", Network::Internet);
        let check = |url: &str| {
            rule.check_authorization("authorization_endpoint", &Url::parse(url).unwrap())
        };

        assert!(check("https://id.example.com/authorize?policy=b2c").is_ok());
        assert!(check("https://id.example.com/authorize?state=1").is_err());
        assert!(check("https://id.example.com/authorize?redirect%5Furi=x").is_err());
    }
}
