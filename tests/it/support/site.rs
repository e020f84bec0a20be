use std::process::Output;

use belgie_idp_emulator::{Emulator, EmulatorBuilder, Person};
use tempfile::TempDir;

use crate::support::program::{self, Node};

/// A provider, a database and settings that go together: nodes are started on it.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) idp: Emulator,
    pub(crate) directory: TempDir,
    pub(crate) settings: Vec<(String, String)>,
}

/// Which database a site keeps its users in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

pub(crate) const CLIENT_ID: &str = "client-id";
pub(crate) const CLIENT_SECRET: &str = "canary-client-secret";

impl Site {
    pub(crate) async fn new(kind: Kind) -> Self {
        Self::with(kind, |idp| idp).await
    }

    /// A site where one address may start as many sign-ins as a test wants.
    pub(crate) async fn without_limits(kind: Kind) -> Self {
        let mut site = Self::new(kind).await;
        site.set("RATE_LIMIT", "off");
        site
    }

    /// A site whose provider knows more than the usual people.
    pub(crate) async fn with(
        kind: Kind,
        change: impl FnOnce(EmulatorBuilder) -> EmulatorBuilder,
    ) -> Self {
        let person = |subject: &str| {
            let email = format!("{subject}@gmail.com");
            Person::new(subject)
                .email(email)
                .email_verified(true)
                .name(format!("{subject} Doe"))
        };
        let people = ["jane", "john"].map(person);
        let idp = Emulator::builder().client_any_redirect(CLIENT_ID, CLIENT_SECRET);
        let idp = people.into_iter().fold(idp, EmulatorBuilder::person);
        let idp = change(idp).start().await.unwrap();
        let directory = tempfile::tempdir().unwrap();
        let database = match kind {
            Kind::Sqlite => format!("sqlite://{}", directory.path().join("belgie.db").display()),
            Kind::Postgres => crate::support::postgres::create_database().await,
        };
        let issuer = idp.issuer().to_owned();
        let settings = [
            ("SECRET", "jFq0r8vWm3Zt5Yx7Lk1Pb9Nc2Hd4Gs6A"),
            ("DATABASE_URL", &database),
            ("COOKIE_SECURE", "false"),
            ("GOOGLE_CLIENT_ID", CLIENT_ID),
            ("GOOGLE_CLIENT_SECRET", CLIENT_SECRET),
            ("GOOGLE_ISSUER_URL", &issuer),
        ];
        let settings = settings
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec();
        Self {
            idp,
            directory,
            settings,
        }
    }

    /// Sets a setting of the nodes that are started from now on.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.settings.retain(|(known, _)| known != name);
        self.settings.push((name.to_owned(), value.into()));
    }

    pub(crate) fn setting(&self, name: &str) -> &str {
        &self
            .settings
            .iter()
            .find(|(known, _)| known == name)
            .unwrap()
            .1
    }

    /// Has nodes trust these certificates, besides the usual ones, as an operator would.
    pub(crate) fn trust(&self, pem: &str) {
        let file = self.directory.path().join("roots.pem");
        std::fs::write(&file, pem).unwrap();
        let line = format!("SSL_CERT_FILE={}\n", file.display());
        std::fs::write(self.directory.path().join(".env"), line).unwrap();
    }

    /// Starts one more node.
    pub(crate) async fn node(&self) -> Node {
        Node::start(self.directory.path(), &self.settings).await
    }

    /// Runs a command of the program with the site's settings; it must succeed. Returns what it printed.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let output = program::run(self.directory.path(), &self.settings, arguments);
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// The same while everything else goes on.
    pub(crate) async fn run_beside(&self, arguments: &[&str]) {
        let output = self.try_run_beside(arguments).await;
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
    }

    /// The same, whether it succeeds or not.
    pub(crate) async fn try_run_beside(&self, arguments: &[&str]) -> Output {
        let (directory, settings) = (self.directory.path().to_owned(), self.settings.clone());
        let arguments: Vec<_> = arguments.iter().map(|word| (*word).to_owned()).collect();
        let command = tokio::task::spawn_blocking(move || {
            let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
            program::run(&directory, &settings, &arguments)
        });
        command.await.unwrap()
    }
}

/// Makes two tests of each function in the list, one on SQLite and one on PostgreSQL.
macro_rules! on_both_databases {
    ($($name:ident,)+) => {$(
        mod $name {
            use $crate::support::site::{Kind, Site};

            #[tokio::test]
            async fn sqlite() {
                super::$name(Site::new(Kind::Sqlite).await).await;
            }

            #[tokio::test]
            async fn postgres() {
                super::$name(Site::new(Kind::Postgres).await).await;
            }
        }
    )+};
}
pub(crate) use on_both_databases;
