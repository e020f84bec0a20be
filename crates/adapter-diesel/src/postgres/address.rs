use std::borrow::Cow;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr as _;

use percent_encoding::percent_decode_str;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// Whether a connection is encrypted: `sslmode`, named as in libpq.
///
/// An encrypted connection is always verified, by certificate and host name, in every mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SslMode {
    /// Never encrypted.
    Disable,
    /// Encrypted if the server can prove its identity, unencrypted otherwise. The default for loopback addresses and
    /// sockets.
    Prefer,
    /// Always encrypted: `require`, `verify-ca` and `verify-full`, which are the same here. The default for other
    /// machines, since anyone on the path could impersonate the server and ask for the password.
    Require,
}

/// A database URL is invalid. The message names the part, and shows nothing of the URL itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidPgUrl {
    /// The URL does not begin with `postgres://` or `postgresql://`.
    #[error("a PostgreSQL URL begins with postgres:// or postgresql://")]
    Scheme,
    /// `sslmode` has an unknown value.
    #[error(
        "no sslmode named \"{0}\": there are disable, prefer, require, verify-ca and verify-full"
    )]
    SslMode(String),
    /// A parameter that libpq knows is not supported.
    #[error("the parameter {0} is not supported")]
    Parameter(&'static str),
    /// Any other part.
    #[error("not a PostgreSQL URL: {0}")]
    Syntax(String),
}

/// A parsed database URL.
#[derive(Clone)]
pub(super) struct Address {
    pub(super) config: Config,
    pub(super) ssl_mode: SslMode,
    /// A file of root certificates, used instead of the well-known ones.
    pub(super) root_certificates: Option<PathBuf>,
}

impl Address {
    /// Parses a URL: the `ssl…` parameters that tokio-postgres does not support are parsed here, everything else by it.
    pub(super) fn parse(url: &str) -> Result<Self, InvalidPgUrl> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(InvalidPgUrl::Scheme);
        }
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let mut ssl_mode = None;
        let mut root_certificates = None;
        let mut others = Vec::new();
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let value = || percent_decoded(value);
            match name {
                "sslmode" => ssl_mode = Some(SslMode::parse(value()?)?),
                // "system" means the built-in roots.
                "sslrootcert" => {
                    root_certificates = Some(value()?)
                        .filter(|path| path != "system")
                        .map(PathBuf::from);
                }
                "sslcert" => return Err(InvalidPgUrl::Parameter("sslcert")),
                "sslkey" => return Err(InvalidPgUrl::Parameter("sslkey")),
                "sslcrl" => return Err(InvalidPgUrl::Parameter("sslcrl")),
                _ => others.push(parameter),
            }
        }
        let rest = format!("{base}?{}", others.join("&"));
        let mut config = Config::from_str(&rest).map_err(|error| syntax(&error))?;
        let ssl_mode = ssl_mode.unwrap_or_else(|| SslMode::default_for(&config));
        config.ssl_mode(match ssl_mode {
            SslMode::Disable => tokio_postgres::config::SslMode::Disable,
            SslMode::Prefer => tokio_postgres::config::SslMode::Prefer,
            SslMode::Require => tokio_postgres::config::SslMode::Require,
        });
        Ok(Self {
            config,
            ssl_mode,
            root_certificates,
        })
    }
}

impl SslMode {
    fn default_for(config: &Config) -> Self {
        if is_this_machine(config) {
            Self::Prefer
        } else {
            Self::Require
        }
    }

    fn parse(name: String) -> Result<Self, InvalidPgUrl> {
        match name.as_str() {
            "disable" => Ok(Self::Disable),
            "allow" | "prefer" => Ok(Self::Prefer),
            "require" | "verify-ca" | "verify-full" => Ok(Self::Require),
            _ => Err(InvalidPgUrl::SslMode(name)),
        }
    }
}

/// Returns whether every configured host is a socket or a loopback address.
fn is_this_machine(config: &Config) -> bool {
    let is_local = |host: &Host| match host {
        Host::Tcp(name) => {
            let address = name.parse::<IpAddr>();
            name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|it| it.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    };
    config.get_hosts().iter().all(is_local)
        && config.get_hostaddrs().iter().all(IpAddr::is_loopback)
}

/// Returns the parser's message, which names the parameter but not its value.
fn syntax(error: &tokio_postgres::Error) -> InvalidPgUrl {
    let reason = std::error::Error::source(error).map(ToString::to_string);
    InvalidPgUrl::Syntax(reason.unwrap_or_else(|| error.to_string()))
}

fn percent_decoded(value: &str) -> Result<String, InvalidPgUrl> {
    let decoded = percent_decode_str(value).decode_utf8();
    let decoded = decoded.map(Cow::into_owned);
    decoded.map_err(|_| InvalidPgUrl::Syntax("a parameter is not UTF-8".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sslmodes_of_managed_databases_are_understood() {
        for (mode, expected) in [
            ("disable", SslMode::Disable),
            ("allow", SslMode::Prefer),
            ("prefer", SslMode::Prefer),
            ("require", SslMode::Require),
            ("verify-ca", SslMode::Require),
            ("verify-full", SslMode::Require),
        ] {
            let url = format!("postgres://u:p@db.example/belgie?sslmode={mode}");
            assert_eq!(Address::parse(&url).unwrap().ssl_mode, expected);
        }
    }

    #[test]
    fn the_way_to_another_machine_is_encrypted_unless_the_url_says_otherwise() {
        for (url, expected) in [
            ("postgresql://db.example/belgie", SslMode::Require),
            ("postgres://192.0.2.1/belgie", SslMode::Require),
            ("postgres://0.0.0.0/belgie", SslMode::Require),
            ("postgres://[2001:db8::1]/belgie", SslMode::Require),
            ("postgres://localhost.example/belgie", SslMode::Require),
            ("postgres://localhost,db.example/belgie", SslMode::Require),
            ("postgres:///belgie?host=db.example", SslMode::Require),
            (
                "postgres://db.example/belgie?hostaddr=127.0.0.1",
                SslMode::Require,
            ),
            (
                "postgres://localhost/belgie?hostaddr=192.0.2.1",
                SslMode::Require,
            ),
            (
                "postgres://db.example/belgie?sslmode=prefer",
                SslMode::Prefer,
            ),
            (
                "postgres://db.example/belgie?sslmode=disable",
                SslMode::Disable,
            ),
            ("postgres://localhost/belgie", SslMode::Prefer),
            ("postgres://127.0.0.2:6432/belgie", SslMode::Prefer),
            ("postgres://[::1]/belgie", SslMode::Prefer),
            ("postgres:///belgie?host=/run/postgresql", SslMode::Prefer),
            ("postgres://%2Frun%2Fpostgresql/belgie", SslMode::Prefer),
        ] {
            assert_eq!(Address::parse(url).unwrap().ssl_mode, expected, "{url}");
        }
    }

    #[test]
    fn parameters_of_ours_are_taken_out_and_the_others_are_kept() {
        let address = Address::parse(
            "postgres://jane:p%40ss@db.example:6432/belgie?application_name=my%20app\
             &sslrootcert=%2Fetc%2Fmy%20roots.pem&sslmode=verify-full&connect_timeout=7",
        )
        .unwrap();

        assert_eq!(
            address.root_certificates,
            Some(PathBuf::from("/etc/my roots.pem"))
        );
        assert_eq!(address.config.get_user(), Some("jane"));
        assert_eq!(address.config.get_password(), Some(b"p@ss".as_slice()));
        assert_eq!(address.config.get_ports(), [6432]);
        assert_eq!(address.config.get_dbname(), Some("belgie"));
        assert_eq!(address.config.get_application_name(), Some("my app"));
        let patience = std::time::Duration::from_secs(7);
        assert_eq!(address.config.get_connect_timeout(), Some(&patience));
    }

    #[test]
    fn the_roots_of_the_system_are_those_that_are_built_in() {
        let url = "postgres://db.example/belgie?sslmode=verify-full&sslrootcert=system";

        assert_eq!(Address::parse(url).unwrap().root_certificates, None);
    }

    #[test]
    fn cfg_03_a_url_that_is_not_understood_is_refused_without_being_repeated() {
        for (url, expected) in [
            ("mysql://jane:hunter2@db/belgie", InvalidPgUrl::Scheme),
            (
                "postgres://jane:hunter2@db/belgie?sslmode=always",
                InvalidPgUrl::SslMode("always".to_owned()),
            ),
            (
                "postgres://jane:hunter2@db/belgie?sslcert=/a.pem",
                InvalidPgUrl::Parameter("sslcert"),
            ),
        ] {
            assert_eq!(Address::parse(url).err(), Some(expected));
        }
        for url in [
            "postgres://jane:hunter2@db:port/belgie",
            "postgres://jane:hunter2@db/belgie?sslmodus=require",
            "postgres://jane:hunter2@db/belgie?connect_timeout=soon",
        ] {
            let error = Address::parse(url).err().unwrap();
            assert!(matches!(error, InvalidPgUrl::Syntax(_)), "{error:?}");
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }
}
