use actix_web::cookie;
use belgie_http_actix::{CookieConfig, UnknownHosts, WebConfig};

use crate::settings::{SameSite, Settings};

/// Returns how routes and pages behave with these settings.
pub fn web_config(settings: &Settings, unknown_hosts: UnknownHosts) -> WebConfig {
    let site = &settings.site;
    let mut config = WebConfig::new(site.base_url.clone());
    config.app_name.clone_from(&site.name);
    config.cookie = cookie_config(settings, config.cookie);
    config.trusted_proxies.clone_from(&site.trusted_proxies);
    site.after_sign_out
        .as_str()
        .clone_into(&mut config.after_sign_out);
    config.unknown_hosts = unknown_hosts;
    config.admin_command = Some("belgie user set-role {user} admin".to_owned());
    config
}

fn cookie_config(settings: &Settings, mut config: CookieConfig) -> CookieConfig {
    let cookie = &settings.cookie;
    config.name.clone_from(&cookie.name);
    config.secure = cookie.secure;
    config.http_only = cookie.http_only;
    config.same_site = match cookie.same_site {
        SameSite::Lax => cookie::SameSite::Lax,
        SameSite::Strict => cookie::SameSite::Strict,
        SameSite::None => cookie::SameSite::None,
    };
    config.domain.clone_from(&cookie.domain);
    config
}
