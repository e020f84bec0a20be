use belgie::google::GoogleConfig;
use clap::Parser;

/// A chat with an answering partner.
#[derive(Clone, Debug, Parser)]
pub struct Settings {
    /// Run with a local identity provider, and with a secret and an admin for development.
    #[arg(long)]
    pub dev: bool,
    /// Where to listen.
    #[arg(long, env = "CHAT_BIND", default_value = "127.0.0.1:8080")]
    pub bind: String,
    /// The address of this server.
    #[arg(long, env = "CHAT_BASE_URL", default_value = "http://localhost:8080")]
    pub base_url: String,
    /// The address of the page.
    #[arg(long, env = "CHAT_FRONTEND_URL")]
    #[arg(default_value = "http://localhost:4200")]
    pub frontend_url: String,
    /// sqlite://PATH or postgres://…
    #[arg(long, env = "CHAT_DATABASE_URL", default_value = "sqlite://chat.db")]
    pub database_url: String,
    /// At least 32 random characters.
    #[arg(long, env = "CHAT_SECRET", hide_env_values = true)]
    #[arg(default_value_if("dev", "true", "for development, and no secret at all"))]
    pub secret: Option<String>,
    /// The e-mail address of the first admin.
    #[arg(long, env = "CHAT_ADMIN")]
    #[arg(default_value_if("dev", "true", "jane@example.com"))]
    pub admin: Option<String>,
    /// How many seconds access tokens live.
    #[arg(long, env = "CHAT_ACCESS_TOKEN_AGE", default_value = "600")]
    pub access_token_age: u32,
    /// How many seconds unused sessions live.
    #[arg(long, env = "CHAT_SESSION_AGE", default_value = "604800")]
    pub session_age: u32,
    /// An endpoint that is compatible with OpenAI's. Without one, an echo answers.
    #[arg(long, env = "CHAT_PARTNER_URL")]
    pub partner_url: Option<String>,
    /// The key for that endpoint.
    #[arg(long, env = "CHAT_PARTNER_KEY", hide_env_values = true)]
    pub partner_key: Option<String>,
    /// The model that answers there.
    #[arg(long, env = "CHAT_PARTNER_MODEL", default_value = "gpt-4o-mini")]
    pub partner_model: String,
    /// How many seconds an answer may take.
    #[arg(long, env = "CHAT_PARTNER_TIMEOUT", default_value = "60")]
    pub partner_timeout: u64,
    /// Where the provider of --dev listens.
    #[arg(long, env = "CHAT_PROVIDER_BIND", default_value = "127.0.0.1:9400")]
    pub provider_bind: String,
    /// Without it, GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET are read.
    #[arg(skip)]
    pub google: Option<GoogleConfig>,
}
