use belgie_web::{UnknownHosts, WebConfig};

use crate::settings::Settings;

/// Returns the configuration of routes and pages for these settings.
pub fn web_config(settings: &Settings, unknown_hosts: UnknownHosts) -> WebConfig {
    let site = &settings.site;
    let mut config = WebConfig::default();
    config.app_name.clone_from(&site.name);
    config.brand.clone_from(&site.brand);
    config.cookie = settings.cookie.config();
    config.trusted_proxies.clone_from(&site.trusted_proxies);
    site.after_sign_out
        .as_str()
        .clone_into(&mut config.after_sign_out);
    config.unknown_hosts = unknown_hosts;
    config.provider_hint = Some(PROVIDER_HINT.to_owned());
    config
}

const PROVIDER_HINT: &str = "If you run this site, set BELGIE_GOOGLE_CLIENT_ID and BELGIE_GOOGLE_CLIENT_SECRET, or add a provider to BELGIE_OIDC_PROVIDERS.";
