use belgie_domain::Issuer;
use url::Url;

use super::ConfigError;
use crate::tenant::{TenantIssuers, Tenants};
use belgie_provider_http::check_provider_url;

/// Parses an issuer identifier (OpenID Connect Discovery §3): an https URL without query and fragment. Plain http is
/// for loopback only.
pub(super) fn parse(text: &str) -> Result<(Issuer, Url), ConfigError> {
    let refuse = |reason| refusal(text, reason);
    let url = Url::parse(text).map_err(|_| refuse("it is not a URL"))?;
    let issuer: Issuer = text
        .parse()
        .map_err(|_| refuse("use 1 to 255 printable ASCII characters"))?;
    check_provider_url(&url).map_err(refuse)?;
    Ok((issuer, url))
}

/// Parses an issuer identifier in which `{tenantid}` stands for the tenant.
pub(super) fn parse_template(text: &str, tenants: Tenants) -> Result<TenantIssuers, ConfigError> {
    parse(text)?;
    TenantIssuers::new(text, tenants)
        .ok_or_else(|| refusal(text, "use {tenantid} once, where the tenant belongs"))
}

fn refusal(text: &str, reason: &'static str) -> ConfigError {
    ConfigError::Issuer {
        issuer: text.chars().take(255).collect(),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_kept_as_it_was_written() {
        for text in [
            "https://accounts.google.com",
            "https://id.example.com/",
            "https://id.example.com:443/realms/a",
            "http://127.0.0.1:9400",
            "http://localhost:9400",
            "http://[::1]:9400",
        ] {
            assert_eq!(parse(text).unwrap().0.as_str(), text);
        }
    }

    #[test]
    fn idt_22_a_template_of_issuers_has_one_place_for_the_tenant() {
        let template = |text| parse_template(text, Tenants::Any);

        assert!(template("https://id.example.com/{tenantid}/v2.0").is_ok());
        for text in [
            "https://id.example.com/v2.0",
            "https://id.example.com/{tenant}/v2.0",
            "https://id.example.com/{tenantid}/{tenantid}",
            "http://id.example.com/{tenantid}/v2.0",
            "https://id.example.com/v2.0?t={tenantid}",
            "{tenantid}",
        ] {
            assert!(
                matches!(template(text), Err(ConfigError::Issuer { .. })),
                "{text}"
            );
        }
    }

    #[test]
    fn idt_20_plain_http_is_for_loopback_issuers_only() {
        for text in [
            "http://id.example.com",
            "http://127.0.0.1.example.com",
            "http://10.0.0.1",
            "http://localhost.example.com",
            "ftp://127.0.0.1",
            "id.example.com",
            "https://user@id.example.com",
            "https://:secret@id.example.com",
            "https://id.example.com?x=1",
            "https://id.example.com#x",
            "https://id.example.com/é",
            "",
        ] {
            assert!(
                matches!(parse(text), Err(ConfigError::Issuer { .. })),
                "{text}"
            );
        }
    }
}
