//! Runs the emulator by hand: `cargo run -p belgie-idp-emulator --example standalone -- --port 9400`.
//!
//! It prints the issuer on the first line, so that a script can start it on a free port.

use std::io::Write as _;

use belgie_idp_emulator::{Emulator, Person};
use clap::Parser;

/// A local OpenID Connect provider for development: anyone can sign in as anyone.
#[derive(Debug, Parser)]
struct Arguments {
    /// The port to serve on; 0 takes a free one
    #[arg(long, default_value_t = 9400)]
    port: u16,
    /// The client's identifier
    #[arg(long, default_value = "client-id")]
    client_id: String,
    /// The client's secret
    #[arg(long, default_value = "client-secret")]
    client_secret: String,
    /// A redirect URI of the client; may be repeated. Without one, any of this machine is allowed
    #[arg(long)]
    redirect_uri: Vec<String>,
    /// Behave like Microsoft, with an issuer for each tenant
    #[arg(long)]
    microsoft: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    let mut builder = Emulator::builder().bind(format!("127.0.0.1:{}", arguments.port));
    if arguments.microsoft {
        builder = builder.microsoft();
    }
    let (id, secret) = (arguments.client_id, arguments.client_secret);
    let builder = if arguments.redirect_uri.is_empty() {
        builder.client_any_redirect(id, secret)
    } else {
        builder.client(id, secret, arguments.redirect_uri)
    };
    let jane = Person::of_email("jane@gmail.com").name("Jane Doe");
    let max = Person::of_email("max@corp.example").name("Max Mustermann");
    let kim = Person::of_email("kim@example.com").name("Kim");
    let idp = builder
        .person(jane)
        .person(max.hosted_domain("corp.example"))
        .person(kim.email_verified(false))
        .start()
        .await?;

    writeln!(std::io::stdout(), "{}", idp.issuer())?;
    std::future::pending().await
}
