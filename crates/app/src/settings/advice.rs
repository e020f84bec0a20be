//! Warnings about valid but questionable settings.

use super::{DatabaseUrl, ProviderSettings, Settings, address};

impl Settings {
    /// Returns warnings about settings that are valid individually but inconsistent with each other.
    pub fn advice(&self) -> Vec<String> {
        let checks = [
            (
                self.site.is_loopback() && !self.site.is_https() && self.cookie.secure,
                SAFARI,
            ),
            (self.site.is_https() && !self.cookie.secure, NOT_SECURE),
            (
                !self.site.is_https() && !self.site.is_loopback(),
                PLAIN_HTTP,
            ),
            (!self.cookie.http_only, NOT_HTTP_ONLY),
            (!self.site.is_loopback() && self.is_in_memory(), IN_MEMORY),
            (self.database.url.may_be_plain(), PLAIN_DATABASE),
            (
                self.providers.is_empty() && !self.registers_with_password(),
                NO_PROVIDER,
            ),
            (self.has_foreign_client_id(), FOREIGN_CLIENT_ID),
            (self.has_secret_id(), SECRET_ID),
            (self.trusts_every_proxy(), EVERY_PROXY),
            (self.has_unknown_proxy(), UNKNOWN_PROXY),
            (!self.site.is_loopback() && !self.rate_limits, NO_LIMITS),
            (
                self.site.is_https() && self.trusts_plain_http(),
                PLAIN_ORIGIN,
            ),
        ];
        let applying = checks.into_iter().filter(|(applies, _)| *applies);
        let applying = applying.map(|(_, advice)| advice.to_owned());
        applying.chain(self.local_issuers()).collect()
    }

    /// Returns a warning when addresses have to be verified and no mails are sent.
    pub fn mail_advice(&self) -> Option<String> {
        let is_stuck = self.joining.verification_required && self.mail.is_none();
        is_stuck.then(|| NO_MAILS.to_owned())
    }

    /// A provider on this machine is for tests: browsers on other machines cannot reach it.
    fn local_issuers(&self) -> impl Iterator<Item = String> {
        let providers = self.providers.iter().map(ProviderSettings::issuer);
        let local = providers.filter(|(_, issuer)| {
            let issuer = url::Url::parse(issuer.as_str());
            !self.site.is_loopback() && issuer.is_ok_and(|issuer| address::is_loopback(&issuer))
        });
        local.map(|(variable, _)| format!("{variable} {LOCAL_ISSUER}"))
    }

    fn has_foreign_client_id(&self) -> bool {
        self.providers.iter().any(|provider| match provider {
            ProviderSettings::Google(google) => google.has_foreign_client_id(),
            ProviderSettings::Github(_)
            | ProviderSettings::Microsoft(_)
            | ProviderSettings::Oidc(_) => false,
        })
    }

    fn has_secret_id(&self) -> bool {
        self.providers.iter().any(|provider| match provider {
            ProviderSettings::Microsoft(microsoft) => microsoft.has_secret_id(),
            ProviderSettings::Github(_)
            | ProviderSettings::Google(_)
            | ProviderSettings::Oidc(_) => false,
        })
    }

    fn registers_with_password(&self) -> bool {
        self.passwords
            .is_some_and(|passwords| passwords.registration)
    }

    fn is_in_memory(&self) -> bool {
        matches!(self.database.url, DatabaseUrl::SqliteInMemory)
    }

    fn trusts_every_proxy(&self) -> bool {
        let mut networks = self.site.trusted_proxies.iter();
        networks.any(|network| network.prefix_len() == 0)
    }

    /// The server does not serve https itself.
    fn has_unknown_proxy(&self) -> bool {
        let site = &self.site;
        site.is_https() && !site.is_loopback() && site.trusted_proxies.is_empty()
    }

    fn trusts_plain_http(&self) -> bool {
        let mut origins = self.site.trusted_origins.iter();
        origins.any(|origin| origin.scheme() == "http" && !address::is_loopback(origin))
    }
}

const SAFARI: &str = "BELGIE_COOKIE_SECURE is on while BELGIE_BASE_URL is http: Safari drops such cookies even on localhost, so signing in does not work there; turn it off for development";
const NOT_SECURE: &str = "BELGIE_COOKIE_SECURE is off while BELGIE_BASE_URL is https: browsers would send sessions over plain http too; turn it on";
const PLAIN_HTTP: &str =
    "BELGIE_BASE_URL is http: anyone on the network path can read sessions; use https";
const NOT_HTTP_ONLY: &str =
    "BELGIE_COOKIE_HTTP_ONLY is off: any script on the page can read the session";
const LOCAL_ISSUER: &str = "is on this machine, but BELGIE_BASE_URL is public: a program on this machine could sign in as any user";
const IN_MEMORY: &str =
    "BELGIE_DATABASE_URL is in memory: users and sessions are lost when the server stops";
const PLAIN_DATABASE: &str = "BELGIE_DATABASE_URL does not require TLS, so the database connection may be unencrypted: use sslmode=require (with sslrootcert=FILE for a certificate authority of your own), or sslmode=disable if no encryption is intended";
const NO_PROVIDER: &str = "no provider is configured, so no one can sign in: set BELGIE_GOOGLE_CLIENT_ID and BELGIE_GOOGLE_CLIENT_SECRET, or BELGIE_OIDC_PROVIDERS";
const NO_MAILS: &str = "BELGIE_EMAIL_VERIFICATION is required, but no mails are sent, so users cannot verify their addresses: set BELGIE_SMTP_URL and BELGIE_MAIL_FROM";
const FOREIGN_CLIENT_ID: &str =
    "BELGIE_GOOGLE_CLIENT_ID is not a Google client id: those end in .apps.googleusercontent.com";
const SECRET_ID: &str = "BELGIE_MICROSOFT_CLIENT_SECRET is a GUID, which is the id of a secret: copy the secret's value, which Microsoft shows beside it once";
const EVERY_PROXY: &str = "BELGIE_TRUSTED_PROXIES contains all addresses, so any client can forge its address; list only the networks of your proxies";
const UNKNOWN_PROXY: &str = "BELGIE_BASE_URL is https, so a proxy stands before this server, but BELGIE_TRUSTED_PROXIES does not name it: all visitors seem to have the proxy's address, and share its rate limits";
const NO_LIMITS: &str =
    "BELGIE_RATE_LIMIT is off, so guesses and floods are not slowed down; turn it on";
const PLAIN_ORIGIN: &str = "BELGIE_TRUSTED_ORIGINS or BELGIE_FRONTEND_URL names an http origin while BELGIE_BASE_URL is https: anyone on the network path to that origin can act as a signed-in user; use https";

#[cfg(test)]
mod tests {
    use super::super::Vars;
    use super::*;

    fn advice(settings: &[(&str, &str)]) -> Vec<String> {
        let behind_proxy = [("TRUSTED_PROXIES", "127.0.0.1")];
        advice_on(&[&behind_proxy, settings].concat())
    }

    fn advice_on(settings: &[(&str, &str)]) -> Vec<String> {
        Settings::read(&Vars::of(settings)).unwrap().advice()
    }

    const GOOGLE: [(&str, &str); 2] = [
        ("GOOGLE_CLIENT_ID", "1-a.apps.googleusercontent.com"),
        ("GOOGLE_CLIENT_SECRET", "s"),
    ];

    #[test]
    fn passwords_are_a_way_in_without_a_provider() {
        let warned = |settings: &[_]| advice(settings).contains(&NO_PROVIDER.to_owned());

        assert!(warned(&[]));
        assert!(!warned(&[("PASSWORD_REGISTRATION", "true")]));
        let off = [
            ("PASSWORD_REGISTRATION", "true"),
            ("PASSWORD_ENABLED", "false"),
        ];
        assert!(warned(&off));
    }

    #[test]
    fn verification_without_mails_is_warned_about() {
        let mail = [
            ("SMTP_URL", "smtps://user:pass@mail.example.com"),
            ("MAIL_FROM", "no-reply@example.com"),
        ];
        let advice = |settings: &[_]| Settings::read(&Vars::of(settings)).unwrap().mail_advice();
        let required = ("EMAIL_VERIFICATION", "required");

        assert_eq!(advice(&[required]).as_deref(), Some(NO_MAILS));
        assert_eq!(advice(&[required, mail[0], mail[1]]), None);
        assert_eq!(advice(&[]), None);
    }

    #[test]
    fn a_good_set_up_needs_no_advice() {
        let [id, secret] = GOOGLE;

        let none: [&str; 0] = [];
        assert_eq!(
            advice(&[("BASE_URL", "https://login.example.com"), id, secret]),
            none
        );
    }

    #[test]
    fn inconsistent_settings_are_warned_about() {
        let [id, secret] = GOOGLE;
        for (settings, expected) in [
            (vec![id, secret], SAFARI),
            (
                vec![
                    ("BASE_URL", "https://a.example"),
                    ("COOKIE_SECURE", "off"),
                    id,
                    secret,
                ],
                NOT_SECURE,
            ),
            (
                vec![
                    ("BASE_URL", "http://a.example"),
                    ("COOKIE_SECURE", "off"),
                    id,
                    secret,
                ],
                PLAIN_HTTP,
            ),
            (
                vec![
                    ("BASE_URL", "https://a.example"),
                    ("COOKIE_HTTP_ONLY", "off"),
                    id,
                    secret,
                ],
                NOT_HTTP_ONLY,
            ),
            (
                vec![
                    ("BASE_URL", "https://a.example"),
                    ("DATABASE_URL", "sqlite::memory:"),
                    id,
                    secret,
                ],
                IN_MEMORY,
            ),
            (
                vec![
                    ("BASE_URL", "https://a.example"),
                    ("RATE_LIMIT", "off"),
                    id,
                    secret,
                ],
                NO_LIMITS,
            ),
            (vec![("BASE_URL", "https://a.example")], NO_PROVIDER),
            (
                vec![
                    ("BASE_URL", "https://a.example"),
                    ("GOOGLE_CLIENT_ID", "GOCSPX-1"),
                    secret,
                ],
                FOREIGN_CLIENT_ID,
            ),
            (
                vec![
                    ("BASE_URL", "https://a.example"),
                    (
                        "MICROSOFT_CLIENT_ID",
                        "11111111-2222-3333-4444-555555555555",
                    ),
                    (
                        "MICROSOFT_CLIENT_SECRET",
                        "66666666-7777-8888-9999-000000000000",
                    ),
                ],
                SECRET_ID,
            ),
        ] {
            assert_eq!(advice(&settings), [expected]);
        }
    }

    #[test]
    fn cfg_01_a_loopback_provider_of_a_public_site_is_warned_about() {
        let [id, secret] = GOOGLE;
        let google = [id, secret, ("GOOGLE_ISSUER_URL", "http://127.0.0.1:1")];
        let oidc = [
            ("OIDC_PROVIDERS", "my-corp,far"),
            ("OIDC_MY_CORP_ISSUER_URL", "http://sso.localhost:1"),
            ("OIDC_MY_CORP_CLIENT_ID", "id"),
            ("OIDC_MY_CORP_CLIENT_SECRET", "s"),
            ("OIDC_FAR_ISSUER_URL", "https://sso.example.com"),
            ("OIDC_FAR_CLIENT_ID", "id"),
            ("OIDC_FAR_CLIENT_SECRET", "s"),
        ];
        for (base_url, is_advised) in [("https://a.example", true), ("https://localhost", false)] {
            let base_url = [("BASE_URL", base_url)];
            let settings = [&base_url[..], &google, &oidc].concat();
            let expected = ["BELGIE_GOOGLE_ISSUER_URL", "BELGIE_OIDC_MY_CORP_ISSUER_URL"]
                .map(|variable| format!("{variable} {LOCAL_ISSUER}"));

            let advice = advice(&settings);

            assert_eq!(advice, if is_advised { &expected[..] } else { &[] });
        }
    }

    fn advice_on_trust(name: &str, value: &str) -> Vec<String> {
        let [id, secret] = GOOGLE;
        advice(&[("BASE_URL", "https://a.example"), id, secret, (name, value)])
    }

    #[test]
    fn trusting_every_address_as_a_proxy_is_warned_about() {
        for networks in ["0.0.0.0/0", "10.0.0.0/8,::/0"] {
            assert_eq!(advice_on_trust("TRUSTED_PROXIES", networks), [EVERY_PROXY]);
        }
        assert!(advice_on_trust("TRUSTED_PROXIES", "10.0.0.0/8,::1").is_empty());
    }

    #[test]
    fn a_proxy_that_is_not_named_is_warned_about() {
        let [id, secret] = GOOGLE;
        for (base_url, expected) in [
            ("https://a.example", vec![UNKNOWN_PROXY]),
            ("https://localhost", Vec::new()),
        ] {
            assert_eq!(advice_on(&[("BASE_URL", base_url), id, secret]), expected);
        }
    }

    #[test]
    fn trusting_a_plain_http_origin_is_warned_about() {
        for name in ["TRUSTED_ORIGINS", "FRONTEND_URL"] {
            assert_eq!(advice_on_trust(name, "http://b.example"), [PLAIN_ORIGIN]);
            for good in ["https://b.example", "http://localhost:3000"] {
                assert!(advice_on_trust(name, good).is_empty(), "{name} {good}");
            }
        }
    }
}
