//! Finds files with secrets or personal data that other users of the machine can read.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::table::is_secret;
use super::{DatabaseUrl, Settings, Vars};

/// Read, write and execute permission for users who are neither the owner nor in the file's group.
const OTHERS: u32 = 0o007;

impl Settings {
    /// Warns of a database and of files with secrets that other users can read. Containers mount secrets that way, so
    /// it is never an error. Missing files are ignored.
    pub fn exposed_files(&self, vars: &Vars) -> Vec<String> {
        let database = match &self.database.url {
            DatabaseUrl::Sqlite(path) => warning("the file of BELGIE_DATABASE_URL", path),
            DatabaseUrl::SqliteInMemory | DatabaseUrl::Postgres(_) => None,
        };
        let env_file = vars.file_with_secrets();
        let env_file = env_file.and_then(|path| warning(&path.display().to_string(), path));
        let secrets = vars.names().filter(|name| names_a_secret_file(name));
        // Without the path, since some people paste the secret there.
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
        format!("{what} can be read by every user of this machine (mode {mode:04o}): restrict it with `chmod o=`")
    })
}

fn names_a_secret_file(variable: &str) -> bool {
    variable.strip_suffix("_FILE").is_some_and(is_secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cfg_10_variables_that_name_files_with_secrets_are_known() {
        assert!(names_a_secret_file("BELGIE_SECRET_FILE"));
        assert!(!names_a_secret_file("BELGIE_SECRET"));
        assert!(!names_a_secret_file("BELGIE_APP_CSS_FILE"));
    }
}
