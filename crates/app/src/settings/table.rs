//! All settings: the parser, the help text and the check for unknown names use this table.

use std::borrow::Cow;

/// One setting: its name, values and meaning.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Setting {
    /// The name without `BELGIE_`. `_X_` stands for the id of a provider in capitals.
    pub name: Cow<'static, str>,
    /// The kind of value.
    pub kind: Kind,
    /// The default.
    pub default: Option<&'static str>,
    /// A short description.
    pub meaning: &'static str,
}

/// The kind of a setting's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Text with a format of its own: an address, a name.
    Text,
    /// `true` or `false`.
    Flag,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A whole number between these two.
    Number(u64, u64),
    /// A duration between these two, in seconds: `90`, `90s`, `15m`, `12h`, `7d`.
    Duration(u64, u64),
    /// Several texts, separated by commas or spaces, or a JSON list.
    List,
    /// Text that is never shown; it may also come from a file.
    Secret,
}

impl Setting {
    /// Returns the name of the environment variable.
    pub fn variable(&self) -> String {
        format!("{PREFIX}{}", self.name)
    }

    /// Returns the name of the environment variable that names a file with the value, if it is a secret.
    pub fn file_variable(&self) -> Option<String> {
        (self.kind == Kind::Secret).then(|| format!("{PREFIX}{}_FILE", self.name))
    }

    /// Returns whether it exists once for each provider of `OIDC_PROVIDERS`.
    pub fn is_per_provider(&self) -> bool {
        self.name.starts_with("OIDC_X_")
    }

    /// Returns the setting of one provider, from its id in capitals.
    pub(super) fn of_provider(&self, capitals: &str) -> Self {
        let name = self
            .name
            .replacen("OIDC_X_", &format!("OIDC_{capitals}_"), 1);
        Self {
            name: Cow::Owned(name),
            ..self.clone()
        }
    }
}

/// Returns an id as it appears in the names of settings.
pub(super) fn capitals(id: &str) -> String {
    id.to_ascii_uppercase().replace('-', "_")
}

/// Returns whether a variable, by its full name, holds a secret.
pub(super) fn is_secret(variable: &str) -> bool {
    let Some(name) = variable.strip_prefix(PREFIX) else {
        return false;
    };
    let mut secrets = SETTINGS
        .iter()
        .filter(|setting| setting.kind == Kind::Secret);
    secrets.any(|setting| match setting.name.strip_prefix("OIDC_X") {
        Some(of_each) => name.starts_with("OIDC_") && name.ends_with(of_each),
        None => setting.name == name,
    })
}

/// The prefix of all settings.
pub const PREFIX: &str = "BELGIE_";

const YEAR: u64 = 365 * 24 * 60 * 60;
/// RFC 6265bis §5.5: browsers keep no cookie longer than this.
const FOUR_HUNDRED_DAYS: u64 = 400 * 24 * 60 * 60;

macro_rules! settings {
    ($($name:ident: $kind:expr, $default:expr, $meaning:literal;)*) => {
        $(pub(super) const $name: Setting = Setting {
            name: Cow::Borrowed(stringify!($name)),
            kind: $kind,
            default: $default,
            meaning: $meaning,
        };)*

        /// All settings, in the order of the documentation.
        pub static SETTINGS: &[Setting] = &[$($name),*];
    };
}

settings! {
    SECRET: Kind::Secret, None, "encrypts stored secrets: providers' tokens and the signing keys of access tokens; at least 32 random characters (`openssl rand -hex 32`); required by `serve`";
    SECRET_PREVIOUS: Kind::Secret, None, "older secrets, comma-separated, which still decrypt during a rotation";
    BASE_URL: Kind::Text, Some("http://localhost:8000"), "the public URL, without a trailing slash";
    BIND: Kind::Text, Some("127.0.0.1:8000"), "the address and port to listen on";
    DATABASE_URL: Kind::Secret, Some("sqlite://belgie.db"), "`sqlite://PATH`, `sqlite::memory:` (tests) or `postgres://…`";
    DATABASE_MAX_CONNECTIONS: Kind::Number(1, 10_000), Some("16"), "the maximum number of connections to PostgreSQL; for SQLite, of session checks at the same time, and of other look-ups (at most cores + 1 of each)";
    WORKERS: Kind::Number(1, 1024), None, "the number of worker threads; by default one per core";
    SESSION_COOKIE_NAME: Kind::Text, Some("belgie_session"), "the name of the session cookie; with https, `__Host-` is prepended";
    SESSION_MAX_AGE: Kind::Duration(1, 10 * YEAR), Some("604800"), "the lifetime of an unused session";
    SESSION_UPDATE_AGE: Kind::Duration(0, 10 * YEAR), None, "how much of that lifetime passes before use extends a session; by default `1d`, or a quarter of `SESSION_MAX_AGE` if that is less";
    SESSION_ABSOLUTE_MAX_AGE: Kind::Duration(1, FOUR_HUNDRED_DAYS), Some("2592000"), "the maximum lifetime of a session, however much it is used; at most `400d`";
    SESSION_FRESH_AGE: Kind::Duration(0, 10 * YEAR), Some("3600"), "how recent an authentication must be for sensitive actions, which applications guard with `Fresh`";
    SESSIONS_PER_USER: Kind::Number(1, 1_000_000), Some("100"), "the maximum number of sessions per user; beyond it the oldest ends";
    COOKIE_SECURE: Kind::Flag, Some("true"), "cookies are sent over https only (and to localhost, except by Safari)";
    COOKIE_HTTP_ONLY: Kind::Flag, Some("true"), "scripts cannot read the session cookie";
    COOKIE_SAME_SITE: Kind::OneOf(&["lax", "strict", "none"]), Some("lax"), "which cross-site requests carry the session cookie; `none` requires `COOKIE_SECURE`";
    COOKIE_DOMAIN: Kind::Text, None, "the domain whose hosts share the session cookie; by default only the host of `BASE_URL`";
    SIGNIN_REDIRECT_URL: Kind::Text, Some("/dashboard"), "where to go after signing in: a path, or a URL on a trusted origin";
    SIGNOUT_REDIRECT_URL: Kind::Text, Some("/"), "where to go after signing out: a path, or a URL on a trusted origin";
    REGISTRATION: Kind::OneOf(&["open", "closed"]), Some("open"), "`closed`: only an operator creates users; existing users can still sign in";
    TRUSTED_ORIGINS: Kind::List, None, "origins, besides that of `BASE_URL`, to which redirects may lead and whose pages may send credentials";
    TRUSTED_PROXIES: Kind::List, None, "networks (CIDR) of proxies whose `X-Forwarded-For` and `Forwarded` headers are trusted";
    FRONTEND_URL: Kind::Text, None, "the URL of the front end, if there is one; its origin is trusted";
    GOOGLE_CLIENT_ID: Kind::Text, None, "the client id from Google's console; Google is enabled if this and the secret are set";
    GOOGLE_CLIENT_SECRET: Kind::Secret, None, "the client secret from Google's console";
    GOOGLE_REDIRECT_URI: Kind::Text, None, "the redirect URI; by default `{BASE_URL}/auth/provider/google/callback`";
    GOOGLE_SCOPES: Kind::List, Some("openid,email,profile"), "the scopes to request";
    GOOGLE_ACCESS_TYPE: Kind::OneOf(&["offline", "online"]), Some("offline"), "`offline`: Google issues refresh tokens";
    GOOGLE_PROMPT: Kind::Text, Some("consent"), "what Google shows at each sign-in: `consent`, `select_account`, both, or `none` (Google decides)";
    GOOGLE_HOSTED_DOMAIN: Kind::Text, None, "only accounts of this Workspace domain";
    GOOGLE_EXTRA_CLIENT_IDS: Kind::List, None, "further client ids, of mobile apps or One Tap, that are accepted as the audience of ID tokens posted to `/auth/provider/google/callback`";
    GOOGLE_ISSUER_URL: Kind::Text, Some("https://accounts.google.com"), "another issuer, for tests and emulators; http only on loopback";
    GITHUB_CLIENT_ID: Kind::Text, None, "the client id of an OAuth app or a GitHub App; GitHub is enabled if this and the secret are set";
    GITHUB_CLIENT_SECRET: Kind::Secret, None, "a client secret of the app";
    GITHUB_REDIRECT_URI: Kind::Text, None, "the redirect URI (callback URL); by default `{BASE_URL}/auth/provider/github/callback`";
    GITHUB_SCOPES: Kind::List, Some("read:user,user:email"), "the scopes to request; GitHub Apps have permissions instead";
    GITHUB_BASE_URL: Kind::Text, Some("https://github.com"), "the URL of GitHub Enterprise or an emulator; http only on loopback";
    GITHUB_API_URL: Kind::Text, None, "the URL of the API; by default `https://api.github.com`, for GitHub Enterprise Server `/api/v3` below `GITHUB_BASE_URL`";
    GITHUB_TRUST_EMAIL: Kind::Text, Some("false"), "for which addresses GitHub's `verified` is trusted, so that accounts may join: `true` (all), `false` (none), or a list of domains, as for `OIDC_X_TRUST_EMAIL`";
    MICROSOFT_CLIENT_ID: Kind::Text, None, "the application (client) id of an app registration; Microsoft is enabled if this and the secret are set";
    MICROSOFT_CLIENT_SECRET: Kind::Secret, None, "the value (not the id) of a client secret of the app registration";
    MICROSOFT_REDIRECT_URI: Kind::Text, None, "the redirect URI; by default `{BASE_URL}/auth/provider/microsoft/callback`";
    MICROSOFT_SCOPES: Kind::List, Some("openid,email,profile"), "the scopes to request";
    MICROSOFT_TENANT: Kind::Text, Some("common"), "whose accounts may sign in: `common` (all), `organizations` (work and school), `consumers` (personal), or the directory (tenant) id of one organisation";
    MICROSOFT_ISSUER_URL: Kind::Text, Some("https://login.microsoftonline.com"), "the address of another cloud or an emulator, below which the issuer of each tenant is `/{tenant}/v2.0`; http only on loopback";
    OIDC_PROVIDERS: Kind::List, None, "ids of further OpenID Connect providers; each id X, in capitals, has the `OIDC_X_…` settings";
    OIDC_X_ISSUER_URL: Kind::Text, None, "the issuer, exactly as in its discovery document";
    OIDC_X_CLIENT_ID: Kind::Text, None, "the client id at this provider";
    OIDC_X_CLIENT_SECRET: Kind::Secret, None, "the client secret at this provider; without one, the client is a public one";
    OIDC_X_TOKEN_AUTH_METHOD: Kind::OneOf(&["client_secret_basic", "client_secret_post", "none"]), None, "how the client authenticates at the token endpoint, as it is registered at the provider; by default as the discovery document says, and `none` without a secret";
    OIDC_X_REDIRECT_URI: Kind::Text, None, "the redirect URI; by default `{BASE_URL}/auth/provider/X/callback`";
    OIDC_X_SCOPES: Kind::List, Some("openid,email,profile"), "the scopes to request";
    OIDC_X_PARAMETERS: Kind::Text, None, "further parameters of the authorization request, as a query string such as `prompt=select_account&ui_locales=de`: `prompt`, `acr_values`, `domain_hint`, `claims`, `login_hint`, `max_age` (then also checked), `ui_locales`, `display`, `hd`, `organization`, `connection`, `kc_idp_hint`, `audience`, `resource`; hints such as `hd` do not restrict who can sign in";
    OIDC_X_TRUSTED_AUDIENCES: Kind::List, None, "further audiences that ID tokens may have besides the client id, such as Zitadel's project id; `azp` must still be the client id";
    OIDC_X_NAME: Kind::Text, None, "the name on the button; by default the id";
    OIDC_X_TRUST_EMAIL: Kind::Text, Some("false"), "for which addresses this provider's `email_verified` is trusted, so that accounts may join: `true` (all), `false` (none), or a list of domains, without their subdomains (Unicode domains as `xn--`)";
    LINK_BY_EMAIL: Kind::OneOf(&["verified", "never"]), Some("verified"), "whether a sign-in may join, or be connected to, an existing user with the same e-mail address";
    ALLOW_NO_EMAIL: Kind::Flag, Some("false"), "whether users may have no e-mail address";
    EMAIL_VERIFICATION: Kind::OneOf(&["optional", "required"]), Some("optional"), "`required`: no session before the address is verified, by the provider or by a mailed link";
    PASSWORD_ENABLED: Kind::Flag, Some("true"), "whether people can sign in with an e-mail address and a password";
    PASSWORD_REGISTRATION: Kind::Flag, None, "whether anyone may register with a password, where new users are accepted at all; by default with `SMTP_URL` and in `belgie dev`";
    PASSWORD_MIN_LENGTH: Kind::Number(8, 256), Some("15"), "the fewest characters of a new password; up to 256 are accepted, and easily guessed ones are refused";
    SMTP_URL: Kind::Secret, None, "the mail server: `smtps://USER:PASSWORD@HOST`, `smtp://USER:PASSWORD@HOST?tls=required` (STARTTLS), or `smtp://localhost:PORT`; without it, no mail is sent";
    MAIL_FROM: Kind::Text, None, "the sender of mails: `no-reply@example.com`, or `Example <no-reply@example.com>`";
    ACCESS_TOKEN_MAX_AGE: Kind::Duration(60, 24 * 60 * 60), Some("600"), "the lifetime of access tokens (JWT); other services accept a token until it expires, even if its session has ended";
    ACCESS_TOKEN_AUDIENCE: Kind::Text, None, "the `aud` claim of access tokens, which services must check; by default `BASE_URL`";
    RATE_LIMIT: Kind::OneOf(&["on", "off"]), Some("on"), "whether requests that cost something or could be guesses are limited, per network and per account; `off` only for tests";
    EVENT_RETENTION_DAYS: Kind::Number(0, 3650), Some("90"), "after how many days events of the audit log lose IP address and user agent";
    APP_NAME: Kind::Text, Some("Belgie"), "the name on the pages";
    APP_LOGO_URL: Kind::Text, None, "the logo, which is the icon too: an `https` address, or a file (SVG, PNG, JPEG or WebP, up to 512 kB) that the server serves; by default the initial of the name";
    APP_LOGO_URL_DARK: Kind::Text, None, "the logo on dark pages, if it is another one";
    APP_COLOR: Kind::Text, None, "the accent, such as `#0f766e`: the main button, the current tab, the initial; text on it is white or black, whichever is legible";
    APP_HOME_URL: Kind::Text, None, "the application, to which the pages lead back; by default `FRONTEND_URL`";
    APP_SUPPORT: Kind::Text, None, "where people get help: a web address or an e-mail address, linked from every page";
    APP_PRIVACY_URL: Kind::Text, None, "the privacy notice, linked from every page";
    APP_TERMS_URL: Kind::Text, None, "the terms of service, linked from every page";
    LOG_FORMAT: Kind::OneOf(&["text", "json"]), Some("text"), "the format of log lines";
    SHUTDOWN_DELAY: Kind::Duration(0, 3600), Some("0"), "how long the server still accepts connections after the signal, while `/readyz` answers 503";
    SHUTDOWN_TIMEOUT: Kind::Duration(0, 3600), Some("30"), "how long requests in progress may take to complete";
}

/// Settings of future versions: known names without effect.
pub(super) const PLANNED: &[&str] = &["APP_CSS_FILE", "APP_TEXTS_DIR", "METRICS_BIND"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cfg_10_variables_that_hold_secrets_are_known() {
        for (variable, expected) in [
            ("BELGIE_SECRET", true),
            ("BELGIE_DATABASE_URL", true),
            ("BELGIE_OIDC_MY_CORP_CLIENT_SECRET", true),
            ("BELGIE_OIDC_MY_CORP_CLIENT_ID", false),
            ("BELGIE_APP_NAME", false),
            ("SECRET", false),
        ] {
            assert_eq!(is_secret(variable), expected, "{variable}");
        }
    }
}
