//! How to run this program again: printed advice must work as it is, from any folder.

use std::env;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use belgie_domain::is_invisible;

/// Returns how to run this program: its name if the `PATH` leads to it, else its path.
pub(crate) fn program() -> &'static str {
    &PROGRAM
}

static PROGRAM: LazyLock<String> = LazyLock::new(|| {
    let Ok(running) = env::current_exe() else {
        return NAME.to_owned();
    };
    let folders = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&folders).find_map(|folder| folder.join(NAME).canonicalize().ok());
    if found.is_some() && found == running.canonicalize().ok() {
        return NAME.to_owned();
    }
    quoted(&running)
});

const NAME: &str = "belgie";

/// The options and the folder with which a command uses the same settings as this process.
#[derive(Clone, Debug, Default)]
pub(crate) struct Invocation {
    folder: Option<PathBuf>,
    env_file: Option<PathBuf>,
    dev: bool,
}

impl Invocation {
    /// Runs commands in this folder, which contains the settings.
    pub(crate) fn in_folder(mut self, folder: PathBuf) -> Self {
        self.folder = Some(folder);
        self
    }

    /// Passes this settings file to commands.
    pub(crate) fn with_env_file(mut self, path: PathBuf) -> Self {
        self.env_file = Some(path);
        self
    }

    /// Makes commands use the environment of `belgie dev`.
    pub(crate) fn dev(mut self) -> Self {
        self.dev = true;
        self
    }

    /// Returns a shell command that runs the program with these arguments.
    pub(crate) fn command(&self, arguments: &str) -> String {
        let folder = self.folder.as_deref().map(quoted);
        let folder = folder.map(|folder| format!("cd {folder} && "));
        let dev = if self.dev { " --dev" } else { "" };
        let file = self.env_file.as_deref().map(quoted);
        let file = file.map(|file| format!(" --env-file {file}"));
        format!(
            "{}{} {arguments}{dev}{}",
            folder.unwrap_or_default(),
            program(),
            file.unwrap_or_default()
        )
    }
}

/// Quotes a path for a shell.
fn quoted(path: &Path) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+:@%".contains(&byte);
    match path.to_str() {
        Some(text) if text.bytes().all(is_plain) => text.to_owned(),
        Some(text) if !text.contains(is_invisible) => {
            format!("'{}'", text.replace('\'', r"'\''"))
        }
        _ => {
            let bytes = path.as_os_str().as_bytes().iter();
            let escaped: String = bytes.map(|byte| escaped(*byte)).collect();
            format!("\"$(printf '{escaped}')\"")
        }
    }
}

/// Escapes a byte of a path that cannot be printed as it is, for the `printf` of a shell.
fn escaped(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"/._ ".contains(&byte) {
        return char::from(byte).to_string();
    }
    format!("\\{byte:03o}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_the_path_does_not_lead_to_is_named_by_its_path() {
        assert!(Path::new(program()).is_absolute(), "{}", program());
    }

    #[test]
    fn a_command_carries_what_chooses_the_settings() {
        let program = program();
        let invocation = Invocation::default();
        assert_eq!(
            invocation.command("user list"),
            format!("{program} user list")
        );

        let dev = invocation.clone().in_folder("/home/jane/my site".into());
        assert_eq!(
            dev.dev().command("user list"),
            format!("cd '/home/jane/my site' && {program} user list --dev")
        );

        let file = invocation.with_env_file("/etc/belgie/it's".into());
        assert_eq!(
            file.command("user list"),
            format!(r"{program} user list --env-file '/etc/belgie/it'\''s'")
        );
    }

    #[test]
    fn every_path_is_one_word_of_a_shell() {
        use std::ffi::OsStr;
        for bytes in [
            &b"/plain/path.db"[..],
            b"two words",
            b"it's",
            b"$HOME `id` \"x\" \\n !",
            b"-dash",
            "ü".as_bytes(),
            b"line\nbreak's $HOME %s",
            b"\x1b[31m\xff\t",
            "\u{202e}".as_bytes(),
        ] {
            let path = Path::new(OsStr::from_bytes(bytes));
            let word = quoted(path);

            assert!(!word.contains(is_invisible), "{word:?}");
            let mut shell = std::process::Command::new("sh");
            shell.args(["-c", &format!("printf %s {word}")]);
            assert_eq!(shell.output().unwrap().stdout, bytes, "{word}");
        }
    }
}
