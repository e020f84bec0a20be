//! Serves the chat: `cargo run -p chat -- --dev`. See README.md.

use chat::app::Chat;
use chat::dev;
use chat::settings::Settings;
use clap::Parser as _;

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().init();
    // reqwest uses what the process has chosen; Belgie brings ring.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut settings = Settings::parse();
    let mut _provider = None;
    if settings.dev {
        let (provider, google) = dev::provider(&settings.provider_bind).await?;
        (_provider, settings.google) = (Some(provider), Some(google));
    }
    Chat::open(&settings).await?.serve(&settings.bind).await
}
