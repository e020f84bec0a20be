use std::time::Duration;

use belgie_ports::with_causes;
use diesel::{ConnectionError, ConnectionResult};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};
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
            config,
            ssl_mode: address.ssl_mode,
            tls,
            patience: options.timeout,
        })
    }

    /// Opens a connection in time, whose statements end in time. Its driver runs on the runtime that awaits this.
    pub(super) async fn connect(&self) -> ConnectionResult<AsyncPgConnection> {
        self.in_time(self.connect_limited()).await
    }

    /// Opens a connection in time, whose statements may take theirs.
    pub(super) async fn connect_unlimited(&self) -> ConnectionResult<AsyncPgConnection> {
        self.in_time(self.open()).await
    }

    async fn in_time(
        &self,
        connecting: impl Future<Output = ConnectionResult<AsyncPgConnection>>,
    ) -> ConnectionResult<AsyncPgConnection> {
        let connected = timeout(self.patience, connecting).await;
        let silent = |_| ConnectionError::BadConnection("the server does not answer".to_owned());
        connected.unwrap_or_else(|elapsed| Err(silent(elapsed)))
    }

    async fn connect_limited(&self) -> ConnectionResult<AsyncPgConnection> {
        let mut connection = self.open().await?;
        let millis = self.patience.as_millis();
        let limits = format!(
            "SET statement_timeout = {millis}; SET idle_in_transaction_session_timeout = {}",
            millis * 2
        );
        connection
            .batch_execute(&limits)
            .await
            .map_err(ConnectionError::CouldntSetupConfiguration)?;
        Ok(connection)
    }

    async fn open(&self) -> ConnectionResult<AsyncPgConnection> {
        if self.ssl_mode == SslMode::Disable {
            return open_by(&self.config, NoTls).await;
        }
        let encrypted = open_by(&self.config, self.tls.clone()).await;
        match encrypted {
            Err(error) if self.ssl_mode == SslMode::Prefer => {
                // No harm beyond that of the mode itself, under which whoever listens could forbid encryption.
                let plain = open_by(&self.config, NoTls).await;
                if plain.is_ok() {
                    tracing::debug!(%error, "PostgreSQL is used without encryption");
                }
                plain
            }
            answer => answer,
        }
    }
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
        .map_err(|error| ConnectionError::BadConnection(with_causes(&error)))?;
    AsyncPgConnection::try_from_client_and_connection(client, driver).await
}
