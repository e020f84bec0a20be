//! What SQLite's files hold at the moment of an answer is all that a power cut leaves.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::browser::Browser;
use crate::support::repetition::repetitions;
use crate::support::site::{Kind, Site};

/// The database and its write-ahead log as they were at one moment. The index of the log is not among them: it is never
/// synchronised, and made anew after a power cut.
struct Files {
    database: Vec<u8>,
    log: Vec<u8>,
}

#[tokio::test]
async fn rel_09_what_was_acknowledged_is_in_the_files_at_that_moment() {
    let site = Site::new(Kind::Sqlite).await;
    let node = site.node().await;
    for round in 0..repetitions(10, 200) {
        let browser = Browser::new();
        browser.sign_in(&node, &site.idp, "jane").await;
        let signed_in = Files::now(&site);
        browser.sign_out(&node).await;
        let signed_out = Files::now(&site);

        assert_eq!(signed_in.sessions(None), 1, "round {round}");
        assert_eq!(signed_out.sessions(None), 0, "round {round}");
        if signed_out.log.starts_with(&signed_in.log) {
            // The power goes while the sign-out is written: it is there whole or not at all, and the sign-in is.
            let (from, to) = (signed_in.log.len(), signed_out.log.len());
            for part in 0..=8 {
                let end = from + (to - from) * part / 8;
                let left = signed_out.sessions(Some(end));
                assert_eq!(
                    left,
                    usize::from(end < to),
                    "round {round}, {end} of {from}..{to}"
                );
            }
        }
    }
}

impl Files {
    fn now(site: &Site) -> Self {
        let path = PathBuf::from(site.setting("DATABASE_URL").trim_start_matches("sqlite://"));
        let log = path.with_extension("db-wal");
        Self {
            database: std::fs::read(path).unwrap(),
            log: std::fs::read(log).unwrap_or_default(),
        }
    }

    /// Opens a copy, its log cut off there, and counts the sessions in it.
    fn sessions(&self, end_of_log: Option<usize>) -> usize {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("copy.db");
        std::fs::write(&path, &self.database).unwrap();
        let log = &self.log[..end_of_log.unwrap_or(self.log.len())];
        std::fs::write(path.with_extension("db-wal"), log).unwrap();
        assert_eq!(ask(&path, "PRAGMA integrity_check"), "ok");
        ask(&path, "SELECT count(*) FROM belgie_sessions")
            .parse()
            .unwrap()
    }
}

fn ask(path: &Path, sql: &str) -> String {
    let output = Command::new("sqlite3").arg(path).arg(sql).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
