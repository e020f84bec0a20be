//! Serves the chat: `cargo run -p chat -- --dev`. See README.md.

use std::env;
use std::process::ExitCode;

use chat::app::Chat;
use chat::dev;
use chat::settings::Settings;

#[actix_web::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    // reqwest uses what the process has chosen; Belgie brings ring.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let is_dev = env::args().any(|argument| argument == "--dev");
    match run(is_dev).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chat: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(is_dev: bool) -> Result<(), Box<dyn std::error::Error>> {
    let mut settings = Settings::from_env(is_dev)?;
    let mut _provider = None;
    if is_dev {
        let (provider, google) = dev::provider().await?;
        (_provider, settings.google) = (Some(provider), Some(google));
    }
    let chat = Chat::open(&settings).await?;
    println!(
        "{} is ready for {}",
        settings.base_url, settings.frontend_url
    );
    chat.serve(&settings.bind).await
}
