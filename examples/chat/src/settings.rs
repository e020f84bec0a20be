use std::env;
use std::error::Error;
use std::time::Duration;

use belgie::google::GoogleConfig;

/// What differs between installations, from the environment. README.md says what each setting means.
#[derive(Clone, Debug)]
pub struct Settings {
    pub bind: String,
    pub base_url: String,
    pub frontend_url: String,
    /// `sqlite://PATH` or `postgres://…`.
    pub database_url: String,
    pub secret: String,
    /// The address of the first admin.
    pub admin: Option<String>,
    /// Without it, `GOOGLE_CLIENT_ID` and `GOOGLE_CLIENT_SECRET` are read.
    pub google: Option<GoogleConfig>,
    pub access_token_age: Duration,
    pub session_age: Duration,
    pub partner: Option<PartnerSettings>,
    pub partner_timeout: Duration,
}

/// An endpoint that is compatible with OpenAI's.
#[derive(Clone, Debug)]
pub struct PartnerSettings {
    pub url: String,
    pub key: String,
    pub model: String,
}

impl Settings {
    /// Reads the settings. In development, all of them have a default.
    pub fn from_env(is_dev: bool) -> Result<Self, Box<dyn Error>> {
        let dev = |value: &'static str| is_dev.then_some(value);
        let bind = text("CHAT_BIND", Some("127.0.0.1:8080"))?;
        let port = bind.rsplit(':').next().unwrap_or_default();
        let base_url = format!("http://localhost:{port}");
        Ok(Self {
            base_url: text("CHAT_BASE_URL", Some(&*base_url).filter(|_| is_dev))?,
            frontend_url: text("CHAT_FRONTEND_URL", dev("http://localhost:4200"))?,
            database_url: text("CHAT_DATABASE_URL", Some("sqlite://chat.db"))?,
            secret: text("CHAT_SECRET", dev("for development, and no secret at all"))?,
            admin: text("CHAT_ADMIN", dev("jane@example.com")).ok(),
            google: None,
            access_token_age: seconds("CHAT_ACCESS_TOKEN_AGE", "600")?,
            session_age: seconds("CHAT_SESSION_AGE", "604800")?,
            partner: text("CHAT_PARTNER_URL", None)
                .ok()
                .map(PartnerSettings::at)
                .transpose()?,
            partner_timeout: seconds("CHAT_PARTNER_TIMEOUT", "60")?,
            bind,
        })
    }
}

impl PartnerSettings {
    fn at(url: String) -> Result<Self, String> {
        Ok(Self {
            url,
            key: text("CHAT_PARTNER_KEY", None)?,
            model: text("CHAT_PARTNER_MODEL", Some("gpt-4o-mini"))?,
        })
    }
}

fn seconds(name: &str, default: &str) -> Result<Duration, String> {
    let parsed = text(name, Some(default))?.parse().map(Duration::from_secs);
    parsed.map_err(|_| format!("{name} is not a number of seconds"))
}

/// Returns a setting; an empty one counts as not set.
pub fn text(name: &str, default: Option<&str>) -> Result<String, String> {
    let value = env::var(name).ok().filter(|value| !value.trim().is_empty());
    value
        .or(default.map(str::to_owned))
        .ok_or_else(|| format!("{name} is not set"))
}
