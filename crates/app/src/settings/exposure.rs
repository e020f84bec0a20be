//! Which files with secrets or people's data others on this machine may read.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::table::{Kind, PREFIX, SETTINGS};
use super::{DatabaseUrl, Settings, Vars};

/// Read, write and execute for those who are neither the owner nor of the file's group.
const OTHERS: u32 = 0o007;

impl Settings {
    /// Warns of the database and of files with secrets that others may read. Containers mount secrets that way, so
    /// that it is never an error. Files that are not there are none.
    pub fn exposed_files(&self, vars: &Vars) -> Vec<String> {
        let database = match &self.database.url {
            DatabaseUrl::Sqlite(path) => warning("the file of BELGIE_DATABASE_URL", path),
            DatabaseUrl::SqliteInMemory | DatabaseUrl::Postgres(_) => None,
        };
        let env_file = vars.file_with_secrets();
        let env_file = env_file.and_then(|path| warning(&path.display().to_string(), path));
        let secrets = vars.names().filter(|name| names_a_secret_file(name));
        // Not the path: some paste the secret there.
        let secrets = secrets.filter_map(|name| {
            let path = Path::new(vars.given(name)?);
            warning(&format!("the file that {name} names"), path)
        });
        database
            .into_iter()
            .chain(env_file)
            .chain(secrets)
            .collect()
    }
}

fn warning(what: &str, path: &Path) -> Option<String> {
    let mode = std::fs::metadata(path).ok()?.mode() & 0o777;
    (mode & OTHERS != 0).then(|| {
        format!("{what} can be read by every user of this machine (mode {mode:04o}): take that away by `chmod o=`")
    })
}

fn names_a_secret_file(variable: &str) -> bool {
    variable.strip_suffix("_FILE").is_some_and(is_secret)
}

/// Whether a variable, by its full name, holds a secret.
pub(super) fn is_secret(variable: &str) -> bool {
    let Some(name) = variable.strip_prefix(PREFIX) else {
        return false;
    };
    let mut secrets = SETTINGS
        .iter()
        .filter(|setting| setting.kind == Kind::Secret);
    secrets.any(|setting| match setting.name.strip_prefix("OIDC_X") {
        Some(of_each) => name.starts_with("OIDC_") && name.ends_with(of_each),
        None => setting.name == name,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cfg_10_variables_that_hold_secrets_are_known() {
        for (variable, expected) in [
            ("BELGIE_SECRET", true),
            ("BELGIE_DATABASE_URL", true),
            ("BELGIE_OIDC_MY_CORP_CLIENT_SECRET", true),
            ("BELGIE_OIDC_MY_CORP_CLIENT_ID", false),
            ("BELGIE_APP_NAME", false),
            ("SECRET", false),
        ] {
            assert_eq!(is_secret(variable), expected, "{variable}");
        }
        assert!(names_a_secret_file("BELGIE_SECRET_FILE"));
        assert!(!names_a_secret_file("BELGIE_SECRET"));
        assert!(!names_a_secret_file("BELGIE_APP_CSS_FILE"));
    }
}
