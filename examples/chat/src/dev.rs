use belgie::google::{ClientCredentials, GoogleConfig};
use belgie_idp_emulator::{Emulator, Person};

/// Starts a provider on this machine that stands in for Google. Anybody can sign in there as anybody.
pub async fn provider(bind: &str) -> anyhow::Result<(Emulator, GoogleConfig)> {
    let person = |id, name| Person::of_email(&format!("{id}@example.com")).name(name);
    let provider = Emulator::builder()
        .bind(bind)
        .client_any_redirect("chat", "chat")
        .person(person("jane", "Jane Doe").hosted_domain("example.com"))
        .person(person("john", "John Smith").hosted_domain("example.com"));
    let provider = provider.start().await?;
    let google = GoogleConfig::new(ClientCredentials::new("chat", "chat"));
    let google = google.issuer(provider.issuer());
    Ok((provider, google))
}
