use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::reader::Reader;
use super::table;

/// The database settings.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Database {
    /// The database.
    pub url: DatabaseUrl,
    /// The maximum number of connections.
    pub max_connections: u32,
    /// `SSL_CERT_FILE`: additional root certificates for TLS.
    pub more_roots: Option<PathBuf>,
}

/// The database in `DATABASE_URL`. `Display` omits the password.
#[derive(Clone)]
pub enum DatabaseUrl {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// SQLite in memory, lost with the process.
    SqliteInMemory,
    /// A PostgreSQL server: the whole URL.
    Postgres(SecretString),
}

impl Database {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let text = reader.secret(&table::DATABASE_URL);
        let parsed = text.map(|text| parse(text.expose_secret().trim()));
        let url = match parsed {
            Some(Ok(url)) => url,
            Some(Err(problem)) => {
                reader.refuse(&table::DATABASE_URL, problem);
                DatabaseUrl::SqliteInMemory
            }
            None => DatabaseUrl::SqliteInMemory,
        };
        let most = reader.number(&table::DATABASE_MAX_CONNECTIONS);
        Self {
            url,
            more_roots: reader.more_roots(),
            max_connections: most
                .and_then(|number| u32::try_from(number).ok())
                .unwrap_or(1),
        }
    }
}

impl DatabaseUrl {
    /// Returns whether the connection to a database on another machine may be unencrypted because encryption is only
    /// preferred. Without `sslmode` it is required.
    pub(super) fn may_be_plain(&self) -> bool {
        let Self::Postgres(url) = self else {
            return false;
        };
        let Ok(url) = Url::parse(url.expose_secret()) else {
            return false;
        };
        let parameter = |name| url.query_pairs().find(|(key, _)| key == name);
        let host = url.host_str().map(str::to_owned);
        let host = parameter("hostaddr")
            .or_else(|| parameter("host"))
            .map(|(_, host)| host.into_owned())
            .or(host);
        let mode = parameter("sslmode");
        let mode = mode.as_ref().map_or("require", |(_, mode)| mode);
        host.is_some_and(|host| !is_this_machine(&host)) && ["allow", "prefer"].contains(&mode)
    }
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host.starts_with('/') || host == "localhost" || address.is_ok_and(|it| it.is_loopback())
}

/// A bare path is refused, since a typing error would silently create an empty database.
fn parse(text: &str) -> Result<DatabaseUrl, &'static str> {
    if text.contains(char::is_control) {
        return Err("contains a control character");
    }
    if text == "sqlite::memory:" {
        return Ok(DatabaseUrl::SqliteInMemory);
    }
    if let Some(path) = text.strip_prefix("sqlite://") {
        return sqlite(path);
    }
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        return postgres(text);
    }
    Err("must begin with sqlite:// or postgres://, or be sqlite::memory:")
}

fn postgres(text: &str) -> Result<DatabaseUrl, &'static str> {
    let url = Url::parse(text).map_err(|_| ENCODING)?;
    if !has_one_reading(text) {
        return Err(ENCODING);
    }
    if url.path().contains(['&', ';', '=']) {
        return Err("has options in the name of the database: they begin with `?`");
    }
    let names_host =
        |(name, value): (_, std::borrow::Cow<'_, str>)| name == "host" && !value.is_empty();
    if url.host_str().is_none() && !url.query_pairs().any(names_host) {
        return Err("names no host");
    }
    Ok(DatabaseUrl::Postgres(text.to_owned().into()))
}

const ENCODING: &str = "is no address that can be understood; in a password `%`, `@`, `/`, `?` and `#` are written %25, %40, %2F, %3F and %23";

/// Returns whether user, password and host are separated unambiguously: otherwise a part of the password could be taken
/// for the host or the database, and be shown.
fn has_one_reading(text: &str) -> bool {
    let after_scheme = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = after_scheme.split(['/', '?']).next().unwrap_or_default();
    let signs = after_scheme.matches('@').count();
    !text.contains('#') && signs <= 1 && signs == authority.matches('@').count()
}

fn sqlite(path: &str) -> Result<DatabaseUrl, &'static str> {
    if path.contains(['?', '#', '\0']) {
        return Err("takes no options after the path");
    }
    if path.is_empty() || path.ends_with('/') {
        return Err(
            "names no file: sqlite://belgie.db is one in the working directory, sqlite:///var/lib/belgie.db an absolute path",
        );
    }
    Ok(DatabaseUrl::Sqlite(Path::new(path).to_owned()))
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::SqliteInMemory => f.write_str("sqlite::memory:"),
            Self::Postgres(url) => match Url::parse(url.expose_secret()) {
                Ok(url) => {
                    let host = url.host_str().unwrap_or("(socket)");
                    let port = url
                        .port()
                        .map(|port| format!(":{port}"))
                        .unwrap_or_default();
                    write!(f, "postgres://{host}{port}{}", url.path())
                }
                Err(_) => f.write_str("postgres://…"),
            },
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_chooses_the_database() {
        for (text, shown) in [
            ("sqlite://belgie.db", "sqlite://belgie.db"),
            ("sqlite:///var/lib/belgie.db", "sqlite:///var/lib/belgie.db"),
            ("sqlite::memory:", "sqlite::memory:"),
            (
                "postgres://jane:hunter2@db.example:6432/belgie?sslmode=require&password=hunter2",
                "postgres://db.example:6432/belgie",
            ),
            (
                "postgresql:///belgie?host=/run/postgresql&user=belgie",
                "postgres://(socket)/belgie",
            ),
        ] {
            assert_eq!(parse(text).unwrap().to_string(), shown);
            assert!(!format!("{:?}", parse(text).unwrap()).contains("hunter2"));
        }
    }

    #[test]
    fn the_way_to_another_machine_may_be_plain_only_where_the_address_leaves_it_open() {
        for (text, plain) in [
            ("postgres://db.example/belgie", false),
            ("postgres://db.example/belgie?sslmode=prefer", true),
            ("postgres:///belgie?host=db.example&sslmode=allow", true),
            ("postgres://db.example/belgie?sslmode=require", false),
            ("postgres://db.example/belgie?sslmode=disable", false),
            ("postgres://localhost/belgie", false),
            ("postgres://127.0.0.1:5432/belgie", false),
            ("postgres://[::1]/belgie", false),
            ("postgres:///belgie?host=/run/postgresql", false),
            (
                "postgres://localhost/belgie?hostaddr=192.0.2.1&sslmode=prefer",
                true,
            ),
            (
                "postgres://db.example/belgie?hostaddr=127.0.0.1&sslmode=prefer",
                false,
            ),
            ("sqlite://belgie.db", false),
        ] {
            assert_eq!(parse(text).unwrap().may_be_plain(), plain, "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused_without_being_shown() {
        for text in [
            "belgie.db",
            "/var/lib/belgie.db",
            "sqlite:belgie.db",
            "sqlite://",
            "sqlite://data/",
            "sqlite://a.db?mode=rwc",
            "mysql://jane:hunter2@db",
            "postgres://jane:hun/ter2@db/x y:z@",
            "postgres:///belgie",
            "postgres://jane:p@hunter2@db.example/belgie",
            "postgres://jane:p@hun#ter2@db.example/belgie",
            "postgres://jane:1/hunter2@db.example/belgie",
            "postgres://jane:1?hunter2@db.example/belgie",
            "postgres://jane:1#hunter2@db.example/belgie",
            "postgres://jane@db.example/belgie&password=hunter2",
            "postgres://jane@db.example/belgie;password=hunter2",
            "postgres://jane@db.example/belgie\npassword=hunter2",
            "sqlite://hunter\n2.db",
        ] {
            let problem = parse(text).unwrap_err();
            assert!(!problem.contains("hun"), "{problem}");
        }
    }
}
