use belgie_adapter_crypto::Es256;
use belgie_provider_http::HttpClient;
use belgie_web::{Site, Web, WebConfig};

use crate::builder::BelgieBuilder;
use crate::{Belgie, BuildError};

impl BelgieBuilder {
    /// Opens the store, brings its schema up to date, puts everything together, and starts housekeeping on the runtime
    /// that awaits this. No provider is contacted before the first sign-in.
    ///
    /// # Errors
    /// The [`BuildError`] that says which part is wrong.
    pub async fn build(self) -> Result<Belgie, BuildError> {
        let site = site(&self.address, &self.trusted_origins)?;
        let store = self.store.ok_or(BuildError::NoStore)?;
        let mut auth = self.auth;
        if let Some(cipher) = self.secrets.cipher()? {
            auth = auth.cipher(cipher).access_tokens(Es256);
        }
        #[cfg(feature = "passwords")]
        if self.has_passwords {
            auth = with_passwords(auth).map_err(BuildError::Threads)?;
        }
        #[cfg(feature = "smtp")]
        if let Some(mailer) = self.smtp {
            auth = auth.mailer(mailer?);
        }
        if !self.providers.is_empty() {
            let http = self.http.map_or_else(|| HttpClient::new([]), Ok)?;
            for make in self.providers {
                auth = auth.shared_provider(make(&http)?);
            }
        }
        let policy = if self.has_pages {
            site.policy()
        } else {
            site.policy().after_sign_in("/")
        };
        let config = changed(WebConfig::default(), self.web);
        let policy = changed(policy.site_name(&config.app_name), self.policy);
        let store = store.open(self.migrations).await?;
        let auth = auth.shared_store(store).build(policy)?;
        let web = Web::new(auth, site, config)?;
        Ok(Belgie::new(web, self.has_pages))
    }
}

#[cfg(feature = "passwords")]
fn with_passwords(auth: belgie_auth::AuthBuilder) -> std::io::Result<belgie_auth::AuthBuilder> {
    use belgie_adapter_crypto::{Argon2id, Guessability, HashThreads};

    let threads = HashThreads::start_default()?;
    let hasher = Argon2id::new(threads, belgie_auth::SystemEntropy);
    Ok(auth.passwords(hasher, Guessability::start()?))
}

fn changed<T>(default: T, changes: Vec<crate::builder::Change<T>>) -> T {
    changes
        .into_iter()
        .fold(default, |value, change| change(value))
}

/// Parses the address of the site; its path, if it has one, is the base path.
fn site(address: &str, trusted_origins: &[String]) -> Result<Site, BuildError> {
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    let site = match rest.trim_end_matches('/').split_once('/') {
        Some((host, path)) => {
            Site::new(&format!("{scheme}://{host}"))?.at_path(&format!("/{path}"))?
        }
        None => Site::new(address)?,
    };
    Ok(site.trusting(trusted_origins.iter().map(String::as_str))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_the_address_is_the_base_path() {
        for (address, origin, base_path) in [
            ("http://localhost:8080", "http://localhost:8080", ""),
            ("https://example.com/", "https://example.com", ""),
            (
                "https://example.com/account",
                "https://example.com",
                "/account",
            ),
            ("https://example.com/a/b/", "https://example.com", "/a/b"),
        ] {
            let site = site(address, &[]).unwrap();

            assert_eq!((&*site.origin(), site.base_path()), (origin, base_path));
        }
    }

    #[test]
    fn an_address_that_is_none_is_refused() {
        for address in [
            "",
            "example.com",
            "ftp://example.com",
            "https://example.com/?x",
            "https://u@example.com/a",
            "https:///example.com",
            "https://example.com//",
            "https://example.com/a//b",
            "https://example.com/a/..",
            "https://example.com/%2e%2e/a",
            "https://example.com\\evil.example/a",
        ] {
            assert!(
                matches!(site(address, &[]), Err(BuildError::Site(_))),
                "{address}"
            );
        }
    }

    #[tokio::test]
    async fn a_store_has_to_be_chosen() {
        let error = Belgie::at("http://localhost:8080").build().await;

        assert!(matches!(error, Err(BuildError::NoStore)), "{error:?}");
    }

    #[cfg(feature = "passwords")]
    #[tokio::test]
    async fn people_register_with_a_password_where_that_is_wanted() {
        use belgie_auth::{Registered, Registering};
        use belgie_domain::{ClientInfo, Password, PasswordPolicy};

        let belgie = Belgie::at("http://localhost:8080").memory().passwords();
        let belgie = belgie
            .policy(|policy| policy.passwords(PasswordPolicy::default().registration(true)))
            .build()
            .await
            .unwrap();
        let email = "jane@example.com".parse().unwrap();
        let password = Password::parse("correct horse battery staple").unwrap();
        let client = ClientInfo::default();

        let passwords = belgie.auth().passwords();
        let registered = passwords.register(Registering::new(&email, &password, &client));

        assert!(matches!(registered.await, Ok(Registered::SignedIn(_))));
        let without = Belgie::at("http://localhost:8080").memory().build().await;
        assert!(!without.unwrap().auth().passwords().are_offered());
    }

    #[cfg(feature = "smtp")]
    #[tokio::test]
    async fn a_mail_server_and_a_sender_have_to_be_usable() {
        let build = async |server, from| {
            let belgie = Belgie::at("http://localhost:8080").memory();
            belgie.smtp(server, from).build().await
        };
        let (server, from) = ("smtps://user:password@mail.example.com", "a@example.com");

        assert!(build(server, from).await.is_ok());
        let unencrypted = build("smtp://mail.example.com", from).await.unwrap_err();
        assert!(
            matches!(unencrypted, BuildError::MailServer(_)),
            "{unencrypted:?}"
        );
        let nameless = build(server, "example.com").await.unwrap_err();
        assert!(matches!(nameless, BuildError::Mailer(_)), "{nameless:?}");
    }

    #[cfg(feature = "google")]
    #[tokio::test]
    async fn two_providers_cannot_have_one_id() {
        let belgie = Belgie::at("http://localhost:8080").memory();

        let error = belgie.google("id", "secret").google("other", "secret");
        let error = error.build().await.unwrap_err();

        assert_eq!(error.to_string(), "two providers are named \"google\"");
    }

    #[cfg(all(feature = "github", feature = "google"))]
    #[tokio::test]
    async fn github_is_a_provider_beside_others() {
        let belgie = Belgie::at("http://localhost:8080").memory();

        let belgie = belgie.google("id", "secret").github("id", "secret");
        let belgie = belgie.build().await.unwrap();

        let providers = belgie.auth().providers();
        let ids: Vec<_> = { providers.iter() }
            .map(|provider| provider.id.as_str())
            .collect();
        assert_eq!(ids, ["google", "github"]);
    }

    #[cfg(feature = "microsoft")]
    #[tokio::test]
    async fn microsoft_is_a_provider_beside_others() {
        let belgie = Belgie::at("http://localhost:8080").memory();

        let belgie = belgie.microsoft("id", "secret").build().await.unwrap();

        let providers = belgie.auth().providers();
        assert_eq!(providers.len(), 1);
        assert_eq!(providers[0].id.as_str(), "microsoft");
    }

    #[cfg(feature = "google")]
    #[tokio::test]
    async fn a_client_id_is_not_empty() {
        let belgie = Belgie::at("http://localhost:8080").memory();

        let error = belgie.google("", "secret").build().await.unwrap_err();

        assert_eq!(error.to_string(), "the client id is empty");
    }
}
