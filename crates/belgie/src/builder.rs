#[cfg(feature = "github")]
mod github;
#[cfg(feature = "microsoft")]
mod microsoft;

use std::fmt;
use std::future::Future;
use std::sync::Arc;

#[cfg(feature = "sqlite")]
use std::path::PathBuf;

use belgie_auth::{Auth, AuthBuilder, Policy, SignUp, SignUpRefusal};
use belgie_domain::Event;
use belgie_ports::{BoxFuture, IdentityProvider, Mailer, Store};
use belgie_provider_http::HttpClient;
use belgie_web::WebConfig;
use secrecy::SecretString;

use crate::secret::Secrets;
use crate::store::{Migrations, StoreChoice};
use crate::{Belgie, BuildError};

/// Builds a [`Belgie`] from a store, providers, and what should differ from the defaults.
#[must_use]
pub struct BelgieBuilder {
    pub(crate) address: String,
    pub(crate) trusted_origins: Vec<String>,
    pub(crate) store: Option<StoreChoice>,
    pub(crate) migrations: Migrations,
    pub(crate) http: Option<HttpClient>,
    pub(crate) providers: Vec<MakeProvider>,
    pub(crate) auth: AuthBuilder,
    pub(crate) secrets: Secrets,
    #[cfg(feature = "passwords")]
    pub(crate) has_passwords: bool,
    #[cfg(feature = "smtp")]
    pub(crate) smtp: Option<Result<belgie_adapter_smtp::SmtpMailer, BuildError>>,
    pub(crate) policy: Vec<Change<Policy>>,
    pub(crate) web: Vec<Change<WebConfig>>,
    pub(crate) has_pages: bool,
}

pub(crate) type Change<T> = Box<dyn FnOnce(T) -> T + Send>;
pub(crate) type MakeProvider =
    Box<dyn FnOnce(&HttpClient) -> Result<Arc<dyn IdentityProvider>, BuildError> + Send>;

impl Belgie {
    /// Creates a builder for the site at this address, as browsers see it, such as `https://example.com`. A path, as in
    /// `https://example.com/account`, is the prefix of all of Belgie's routes.
    ///
    /// The redirect URI to register with a provider follows from it:
    /// `https://example.com/auth/provider/google/callback`.
    pub fn at(address: impl Into<String>) -> BelgieBuilder {
        BelgieBuilder {
            address: address.into(),
            trusted_origins: Vec::new(),
            store: None,
            migrations: Migrations::default(),
            http: None,
            providers: Vec::new(),
            auth: Auth::builder(),
            secrets: Secrets::default(),
            #[cfg(feature = "passwords")]
            has_passwords: false,
            #[cfg(feature = "smtp")]
            smtp: None,
            policy: Vec::new(),
            web: Vec::new(),
            has_pages: false,
        }
    }
}

/// Where users and sessions are kept.
impl BelgieBuilder {
    /// Keeps everything in this SQLite file, which is created if it does not exist.
    #[cfg(feature = "sqlite")]
    pub fn sqlite(self, path: impl Into<PathBuf>) -> Self {
        let options = belgie_adapter_diesel::SqliteOptions::file(path).create();
        self.keep_in(StoreChoice::SqliteAt(options))
    }

    /// Keeps everything in an SQLite store that the application has opened, perhaps with hooks of its own
    /// ([`SqliteStore::on_event`](belgie_adapter_diesel::SqliteStore::on_event)).
    #[cfg(feature = "sqlite")]
    pub fn sqlite_store(self, store: belgie_adapter_diesel::SqliteStore) -> Self {
        self.keep_in(StoreChoice::Sqlite(store))
    }

    /// Keeps everything in this PostgreSQL database: `postgres://user:password@host/database`.
    #[cfg(feature = "postgres")]
    pub fn postgres(self, url: impl Into<String>) -> Self {
        let options = belgie_adapter_diesel::PgOptions::new(url);
        self.keep_in(StoreChoice::PostgresAt(options))
    }

    /// Keeps everything in a PostgreSQL store that the application has opened, perhaps on its own pool
    /// ([`PgStore::from_pool`](belgie_adapter_diesel::PgStore::from_pool)) or with hooks of its own
    /// ([`PgStore::on_event`](belgie_adapter_diesel::PgStore::on_event)).
    #[cfg(feature = "postgres")]
    pub fn postgres_store(self, store: belgie_adapter_diesel::PgStore) -> Self {
        self.keep_in(StoreChoice::Postgres(store))
    }

    /// Keeps everything in the memory of this process: for tests.
    #[cfg(feature = "memory")]
    pub fn memory(self) -> Self {
        self.store(belgie_adapter_memory::MemoryStore::default())
    }

    /// Keeps everything in the application's own store.
    pub fn store(self, store: impl Store) -> Self {
        self.keep_in(StoreChoice::Own(Arc::new(store)))
    }

    /// Leaves database migrations to the application: [`Self::build`] then fails unless the schema is current.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    pub fn without_migrations(mut self) -> Self {
        self.migrations = Migrations::Expect;
        self
    }

    fn keep_in(mut self, store: StoreChoice) -> Self {
        self.store = Some(store);
        self
    }
}

/// How people sign in.
impl BelgieBuilder {
    /// Lets people sign in with Google, with the credentials from Google's console.
    #[cfg(feature = "google")]
    pub fn google(self, client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        let client = belgie_provider_google::ClientCredentials::new(client_id, client_secret);
        self.google_with(belgie_provider_google::GoogleConfig::new(client))
    }

    /// Lets people sign in with Google, with the environment variables `GOOGLE_CLIENT_ID` and `GOOGLE_CLIENT_SECRET`.
    /// `GOOGLE_ISSUER_URL` optionally sets another issuer, such as a provider on this machine for development. An empty
    /// variable counts as not set.
    #[cfg(feature = "google")]
    pub fn google_from_env(mut self) -> Self {
        use belgie_provider_google::{ClientCredentials, GOOGLE_ISSUER, GoogleConfig};

        let read = || {
            let id = environment("GOOGLE_CLIENT_ID")?;
            let client = ClientCredentials::new(id, environment("GOOGLE_CLIENT_SECRET")?);
            let issuer = environment("GOOGLE_ISSUER_URL").unwrap_or_else(|_| GOOGLE_ISSUER.into());
            Ok(GoogleConfig::new(client).issuer(issuer))
        };
        let google: Result<_, BuildError> = read();
        self.providers.push(Box::new(|http| {
            Ok(Arc::new(google?.provider(http.clone(), clock())?))
        }));
        self
    }

    /// Lets people sign in with Google, with a full configuration.
    #[cfg(feature = "google")]
    pub fn google_with(mut self, google: belgie_provider_google::GoogleConfig) -> Self {
        self.providers.push(Box::new(|http| {
            Ok(Arc::new(google.provider(http.clone(), clock())?))
        }));
        self
    }

    /// Lets people sign in with an OpenID Connect provider.
    #[cfg(feature = "oidc")]
    pub fn oidc(mut self, config: belgie_provider_oidc::OidcConfig) -> Self {
        self.providers.push(Box::new(|http| {
            let provider = belgie_provider_oidc::OidcProvider::new(config, http.clone(), clock());
            Ok(Arc::new(provider))
        }));
        self
    }

    /// Lets people sign in with an e-mail address and a password. Who may register with one, and how long it must be,
    /// is in the policy: `.policy(|policy| policy.passwords(PasswordPolicy::default().registration(true)))`.
    #[cfg(feature = "passwords")]
    pub fn passwords(mut self) -> Self {
        self.has_passwords = true;
        self
    }

    /// Lets people sign in with the application's own provider.
    pub fn provider(mut self, provider: impl IdentityProvider) -> Self {
        self.providers.push(Box::new(|_| Ok(Arc::new(provider))));
        self
    }

    /// Sends mails through this server: links to verify an address and to choose a new password, and notices of changes.
    ///
    /// `server` is `smtps://user:password@host`, `smtp://user:password@host?tls=required` (STARTTLS), or
    /// `smtp://localhost:port`; `from` is the sender, such as `Notes <no-reply@example.com>`.
    #[cfg(feature = "smtp")]
    pub fn smtp(mut self, server: &str, from: &str) -> Self {
        self.smtp = Some(crate::mail::mailer(server, from));
        self
    }

    /// Sends mails in the application's own way. Without a mailer, none are sent.
    pub fn mailer(mut self, mailer: impl Mailer) -> Self {
        self.auth = self.auth.mailer(mailer);
        self
    }

    /// Contacts providers through this client, which may have the application's own certificates or TLS configuration.
    pub fn http(mut self, client: HttpClient) -> Self {
        self.http = Some(client);
        self
    }
}

/// Providers' tokens, and access tokens.
impl BelgieBuilder {
    /// Stores the tokens that providers issue, so that the application can call their APIs in the user's name
    /// (`POST /auth/accounts/{id}/token`), and offers access tokens (JWT) for other services (`POST /auth/token`).
    ///
    /// Tokens and signing keys are encrypted with a key derived from this secret, at least 32 random characters
    /// (`openssl rand -hex 32`). Without one, there are neither.
    pub fn secret(mut self, secret: impl Into<SecretString>) -> Self {
        self.secrets.current = Some(secret.into());
        self
    }

    /// Also decrypts what was encrypted with an earlier secret.
    /// [`Housekeeping::reencrypt`](belgie_auth::Housekeeping::reencrypt) encrypts it with the current one.
    pub fn previous_secret(mut self, secret: impl Into<SecretString>) -> Self {
        self.secrets.previous.push(secret.into());
        self
    }
}

/// What should differ from the defaults.
impl BelgieBuilder {
    /// Trusts further origins: redirects may lead there, and their pages may send requests with credentials.
    pub fn trusting<O: Into<String>>(mut self, origins: impl IntoIterator<Item = O>) -> Self {
        self.trusted_origins
            .extend(origins.into_iter().map(Into::into));
        self
    }

    /// Adds Belgie's own pages: `/signin`, `/account` with the person's profile, sign-in methods and sessions, and
    /// `/dashboard`, where the browser then goes after signing in.
    pub fn pages(mut self) -> Self {
        self.has_pages = true;
        self
    }

    /// Changes who may sign up, how long sessions live, or where the browser goes after signing in:
    /// `.policy(|policy| policy.after_sign_in("/notes"))`.
    pub fn policy(mut self, change: impl FnOnce(Policy) -> Policy + Send + 'static) -> Self {
        self.policy.push(Box::new(change));
        self
    }

    /// Changes cookies, pages and errors: `.web(|web| web.app_name("Notes"))`.
    pub fn web(mut self, change: impl FnOnce(WebConfig) -> WebConfig + Send + 'static) -> Self {
        self.web.push(Box::new(change));
        self
    }

    /// Adds a hook that runs before a first sign-in creates a user; an `Err` refuses the sign-up. Hooks run in order.
    pub fn before_sign_up<H>(mut self, hook: H) -> Self
    where
        H: for<'a> Fn(&'a SignUp<'a>) -> BoxFuture<'a, Result<(), SignUpRefusal>>
            + Send
            + Sync
            + 'static,
    {
        self.auth = self.auth.before_sign_up(hook);
        self
    }

    /// Adds a hook that runs after an event has been committed, at least once per event: for mails and metrics. When it
    /// fails or panics, or the process ends before it has finished, the event is delivered again after a minute, so the
    /// order may differ from that of the commits.
    ///
    /// Work that must happen in the same transaction is registered with the store instead: see `on_event` of
    /// `SqliteStore` and `PgStore`.
    pub fn after_commit<H, F>(mut self, hook: H) -> Self
    where
        H: Fn(Event) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
    {
        self.auth = self.auth.after_commit(hook);
        self
    }
}

impl fmt::Debug for BelgieBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BelgieBuilder")
            .field("address", &self.address)
            .field("providers", &self.providers.len())
            .finish_non_exhaustive()
    }
}

#[cfg(any(feature = "github", feature = "oidc"))]
fn clock() -> Arc<dyn belgie_ports::Clock> {
    Arc::new(belgie_auth::SystemClock)
}

#[cfg(any(feature = "github", feature = "google", feature = "microsoft"))]
#[expect(
    clippy::disallowed_methods,
    reason = "the application asked for its environment to be read"
)]
fn environment(name: &'static str) -> Result<String, BuildError> {
    let value = std::env::var(name).ok();
    value
        .filter(|value| !value.trim().is_empty())
        .ok_or(BuildError::Environment(name))
}
