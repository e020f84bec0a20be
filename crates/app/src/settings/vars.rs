use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use super::table::{PREFIX, is_secret};
use super::{SettingError, SettingErrors, env_file};

/// The variables that contain the settings: from the environment, then `.env`, then the command's defaults.
#[derive(Clone, Default)]
pub struct Vars {
    given: BTreeMap<String, (String, Source)>,
    defaults: BTreeMap<String, String>,
    /// The file from which values were read, if it contains secrets.
    file_with_secrets: Option<PathBuf>,
}

/// The source of a variable's value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// An option of the command.
    CommandLine,
    /// The process's environment.
    Environment,
    /// A file such as `.env`.
    File(PathBuf),
    /// The defaults of `belgie dev`.
    Dev,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandLine => f.write_str("command line"),
            Self::Environment => f.write_str("environment"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Dev => f.write_str("belgie dev"),
        }
    }
}

impl Vars {
    /// Collects the process's environment.
    ///
    /// # Errors
    /// Names each of our variables that is not UTF-8; other variables are ignored.
    pub fn from_environment(
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, SettingErrors> {
        let mut vars = Self::default();
        let mut errors = SettingErrors::default();
        for (name, value) in environment {
            let Ok(name) = name.into_string() else {
                continue;
            };
            match value.into_string() {
                Ok(value) => {
                    vars.given.insert(name, (value, Source::Environment));
                }
                Err(_) if name.starts_with(PREFIX) => {
                    errors.push(SettingError::of_variable(name, "is not valid UTF-8"));
                }
                Err(_) => {}
            }
        }
        errors.none_or(vars)
    }

    /// Adds a file's variables that the environment does not set.
    ///
    /// # Errors
    /// Names the file that cannot be read, or the invalid line, without showing it.
    pub fn with_file(mut self, path: &Path) -> Result<Self, SettingErrors> {
        for (name, value) in env_file::read(path)? {
            if is_secret(&name) && !value.starts_with("sqlite:") {
                self.file_with_secrets = Some(path.to_owned());
            }
            let source = Source::File(path.to_owned());
            self.given.entry(name).or_insert((value, source));
        }
        Ok(self)
    }

    /// Adds a file's variables as [`with_file`](Self::with_file) does, if the file exists.
    ///
    /// # Errors
    /// As [`with_file`](Self::with_file), except that the file may be missing.
    pub fn with_optional_file(self, path: &Path) -> Result<Self, SettingErrors> {
        match path.try_exists() {
            Ok(false) => Ok(self),
            _ => self.with_file(path),
        }
    }

    /// Returns the file that [`with_file`](Self::with_file) read, if it contains secrets.
    pub(super) fn file_with_secrets(&self) -> Option<&Path> {
        self.file_with_secrets.as_deref()
    }

    /// Sets a command's default for a setting, named without prefix.
    pub fn set_default(&mut self, name: &str, value: impl Into<String>) {
        self.defaults
            .insert(format!("{PREFIX}{name}"), value.into());
    }

    /// Sets a setting from the command line, named without prefix; this takes precedence over everything else.
    pub(crate) fn replace(&mut self, name: &str, value: impl Into<String>) {
        let value = (value.into(), Source::CommandLine);
        self.given.insert(format!("{PREFIX}{name}"), value);
    }

    /// Returns the value of a variable by its full name; an empty one counts as unset.
    pub fn get(&self, variable: &str) -> Option<&str> {
        self.given(variable)
            .or_else(|| self.defaults.get(variable).map(String::as_str))
    }

    /// Returns a value that was given explicitly, ignoring the command's defaults.
    pub fn given(&self, variable: &str) -> Option<&str> {
        let value = self.given.get(variable).map(|(value, _)| value.as_str());
        value.filter(|value| !value.trim().is_empty())
    }

    /// Returns the source of a variable's value, if it has one.
    pub fn source(&self, variable: &str) -> Option<&Source> {
        match self.given(variable) {
            Some(_) => self.given.get(variable).map(|(_, source)| source),
            None => self.defaults.get(variable).map(|_| &Source::Dev),
        }
    }

    /// Returns the names of all our variables that were given.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let names = self.given.keys().map(String::as_str);
        names.filter(|name| name.starts_with(PREFIX))
    }
}

/// Shows names only: some of the values are secrets.
impl fmt::Debug for Vars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.names().collect();
        f.debug_struct("Vars").field("names", &names).finish()
    }
}

#[cfg(test)]
impl Vars {
    /// Takes settings named without prefix.
    pub(crate) fn of(settings: &[(&str, &str)]) -> Self {
        let name = |(name, value): &(&str, &str)| {
            let value = ((*value).to_owned(), Source::Environment);
            (format!("{PREFIX}{name}"), value)
        };
        Self {
            given: settings.iter().map(name).collect(),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Vars {
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()));
        Vars::from_environment(pairs).unwrap()
    }

    #[test]
    fn the_environment_wins_over_the_file_and_the_file_over_the_command() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        std::fs::write(&path, "BELGIE_A=file\nBELGIE_B=file\n").unwrap();

        let mut vars = environment(&[("BELGIE_A", "environment")])
            .with_file(&path)
            .unwrap();
        for name in ["A", "B", "C"] {
            vars.set_default(name, "command");
        }

        assert_eq!(vars.get("BELGIE_A"), Some("environment"));
        assert_eq!(vars.get("BELGIE_B"), Some("file"));
        assert_eq!(vars.get("BELGIE_C"), Some("command"));
        assert_eq!(vars.given("BELGIE_C"), None);
        let sources =
            ["A", "B", "C", "D"].map(|name| vars.source(&format!("BELGIE_{name}")).cloned());
        assert_eq!(
            sources,
            [
                Some(Source::Environment),
                Some(Source::File(path)),
                Some(Source::Dev),
                None
            ]
        );
    }

    #[test]
    fn only_a_file_that_is_optional_may_be_missing() {
        let missing = Path::new("/nowhere/.env");

        let error = Vars::default().with_file(missing).unwrap_err().to_string();

        assert_eq!(
            error,
            "/nowhere/.env cannot be read: No such file or directory (os error 2)"
        );
        assert!(Vars::default().with_optional_file(missing).is_ok());
    }

    #[test]
    fn an_empty_variable_counts_as_not_given() {
        assert_eq!(environment(&[("BELGIE_A", " ")]).get("BELGIE_A"), None);
    }

    #[test]
    fn a_variable_of_ours_that_is_not_utf_8_is_named() {
        let broken = OsString::from_vec(vec![0xff]);

        let ours = Vars::from_environment([("BELGIE_SECRET".into(), broken.clone())]);
        let other = Vars::from_environment([("OTHER".into(), broken)]);

        let errors = ours.unwrap_err().to_string();
        assert_eq!(errors, "BELGIE_SECRET is not valid UTF-8");
        assert!(other.is_ok());
    }

    #[test]
    fn cfg_03_debug_shows_no_values() {
        let vars = environment(&[("BELGIE_SECRET", "hunter2"), ("PGPASSWORD", "hunter3")]);

        assert_eq!(format!("{vars:?}"), r#"Vars { names: ["BELGIE_SECRET"] }"#);
    }
}
