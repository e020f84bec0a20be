use std::time::Duration;

use belgie_ports::with_causes;
use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use tokio::runtime::Handle;
use tokio::time::timeout;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Config, NoTls, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::{Address, SslMode};
use super::options::{PgOpenError, PgOptions};
use super::tls::{self, Roots};

/// Opens connections.
#[derive(Clone)]
pub(super) struct Connector {
    config: Config,
    /// The same, with time limits for statements enforced by the server.
    limited: Config,
    ssl_mode: SslMode,
    tls: MakeRustlsConnect,
    patience: Duration,
}

impl Connector {
    pub(super) fn new(options: &PgOptions) -> Result<Self, PgOpenError> {
        let address = Address::parse(&options.url)?;
        let roots = match &address.root_certificates {
            Some(path) => Roots::Only(path),
            None => Roots::WellKnownAnd(options.root_certificates.as_deref()),
        };
        let tls = tls::connector(roots)?;
        let mut config = address.config;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(options.timeout);
        }
        if config.get_application_name().is_none() {
            config.application_name("belgie");
        }
        config.tcp_user_timeout(options.timeout.saturating_mul(2));
        config.keepalives_idle(Duration::from_secs(30));
        Ok(Self {
            limited: limited(&config, options.timeout),
            config,
            ssl_mode: address.ssl_mode,
            tls,
            patience: options.timeout,
        })
    }

    /// Opens a connection, within the time limit, whose statements have a time limit. Its driver runs on the current
    /// runtime.
    pub(super) async fn connect(&self) -> ConnectionResult<AsyncPgConnection> {
        self.in_time(self.connect_limited()).await
    }

    /// As [`Self::connect`], but the driver runs on this runtime, whichever runtime asks for it.
    pub(super) async fn connect_on(&self, runtime: &Handle) -> ConnectionResult<AsyncPgConnection> {
        let connector = self.clone();
        let connected = runtime.spawn(async move { connector.connect().await });
        connected
            .await
            .unwrap_or_else(|error| Err(ConnectionError::BadConnection(error.to_string())))
    }

    /// Opens a connection, within the time limit, whose statements have no time limit.
    pub(super) async fn connect_unlimited(&self) -> ConnectionResult<AsyncPgConnection> {
        self.in_time(self.open(&self.config)).await
    }

    async fn in_time(
        &self,
        connecting: impl Future<Output = ConnectionResult<AsyncPgConnection>>,
    ) -> ConnectionResult<AsyncPgConnection> {
        let connected = timeout(self.patience, connecting).await;
        let silent = |_| ConnectionError::BadConnection("the server does not respond".to_owned());
        connected.unwrap_or_else(|elapsed| Err(silent(elapsed)))
    }

    /// Some poolers refuse the time limits. Without them, only this side enforces the time limit.
    async fn connect_limited(&self) -> ConnectionResult<AsyncPgConnection> {
        match self.open(&self.limited).await {
            Err(error) if is_refused_option(&error) => {
                tracing::debug!(%error, "the server enforces no time limit on statements");
                self.open(&self.config).await
            }
            answer => answer,
        }
    }

    async fn open(&self, config: &Config) -> ConnectionResult<AsyncPgConnection> {
        if self.ssl_mode == SslMode::Disable {
            return open_by(config, NoTls).await;
        }
        let encrypted = open_by(config, self.tls.clone()).await;
        match encrypted {
            Err(error) if self.ssl_mode == SslMode::Prefer && !is_refused_option(&error) => {
                // No worse than the mode itself, under which an attacker on the path can prevent encryption.
                let plain = open_by(config, NoTls).await;
                if plain.is_ok() {
                    tracing::debug!(%error, "the connection to PostgreSQL is not encrypted");
                }
                plain
            }
            answer => answer,
        }
    }
}

/// Sets the time limits as startup parameters: a transaction pooler would apply a `SET` to the next client. Options in
/// the URL come later and take precedence.
fn limited(config: &Config, patience: Duration) -> Config {
    let millis = patience.as_millis();
    let limits = format!(
        "-c statement_timeout={millis} -c idle_in_transaction_session_timeout={}",
        millis.saturating_mul(2)
    );
    let options = match config.get_options() {
        Some(given) => format!("{limits} {given}"),
        None => limits,
    };
    let mut limited = config.clone();
    limited.options(options);
    limited
}

/// Returns whether a pooler refused the parameters, by the message of `pgbouncer`, which others use too.
fn is_refused_option(error: &ConnectionError) -> bool {
    matches!(error, ConnectionError::BadConnection(reason) if reason.contains("unsupported startup parameter"))
}

async fn open_by<T>(config: &Config, tls: T) -> ConnectionResult<AsyncPgConnection>
where
    T: MakeTlsConnect<Socket> + Send,
    T::Stream: Send + 'static,
    T::TlsConnect: Send,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    let (client, driver) = config
        .connect(tls)
        .await
        .map_err(|error| ConnectionError::BadConnection(reason(&error)))?;
    AsyncPgConnection::try_from_client_and_connection(client, driver).await
}

/// Returns the server's own message, such as that a role does not exist, or else why it could not be reached.
fn reason(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(said) => format!("PostgreSQL refuses the connection: {}", said.message()),
        None => with_causes(error),
    }
}
