use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::table::{Kind, PREFIX, Setting};
use super::{SettingError, SettingErrors, Vars, duration, file};

/// Parses settings one by one and collects the errors, so that all of them are reported at once.
///
/// An invalid value is replaced by its default, so that the other settings can still be checked.
pub(super) struct Reader<'a> {
    vars: &'a Vars,
    errors: SettingErrors,
}

/// The maximum size of a secret's file, in bytes.
const MAX_FILE_BYTES: u64 = 64 * 1024;

impl<'a> Reader<'a> {
    pub(super) fn new(vars: &'a Vars) -> Self {
        Self {
            vars,
            errors: SettingErrors::default(),
        }
    }

    /// Returns the errors.
    pub(super) fn finish(self) -> SettingErrors {
        self.errors
    }

    /// Returns the file of additional root certificates, a variable that other programs use too.
    pub(super) fn more_roots(&self) -> Option<PathBuf> {
        self.vars.get("SSL_CERT_FILE").map(PathBuf::from)
    }

    /// Records an error.
    pub(super) fn refuse(&mut self, setting: &Setting, problem: impl Into<String>) {
        self.errors.push(SettingError::new(setting, problem));
    }

    /// Returns whether the setting was given, directly or by file.
    pub(super) fn is_given(&self, setting: &Setting) -> bool {
        let by_file = setting.file_variable();
        self.vars.given(&setting.variable()).is_some()
            || by_file.is_some_and(|variable| self.vars.given(&variable).is_some())
    }

    /// Returns the text of a setting, or its default.
    pub(super) fn text(&mut self, setting: &Setting) -> Option<String> {
        let default = setting.default.map(str::to_owned);
        let Some(value) = self.vars.get(&setting.variable()) else {
            return default;
        };
        if value.contains(char::is_control) {
            self.refuse(setting, "contains a control character");
            return default;
        }
        Some(value.trim().to_owned())
    }

    /// Returns a setting parsed by `parse`, whose errors read `is …` or `must …`.
    pub(super) fn parsed<T, P: Into<String>>(
        &mut self,
        setting: &Setting,
        parse: impl Fn(&str) -> Result<T, P>,
    ) -> Option<T> {
        let text = self.text(setting)?;
        match parse(&text) {
            Ok(value) => Some(value),
            Err(problem) => {
                self.refuse(setting, problem);
                setting.default.and_then(|default| parse(default).ok())
            }
        }
    }

    /// Returns the entries of a list parsed by `parse`; errors name an entry by its number.
    pub(super) fn parsed_list<T, P: std::fmt::Display>(
        &mut self,
        setting: &Setting,
        parse: impl Fn(&str) -> Result<T, P>,
    ) -> Vec<T> {
        let mut values = Vec::new();
        for (index, entry) in self.list(setting).iter().enumerate() {
            match parse(entry) {
                Ok(value) => values.push(value),
                Err(problem) => self.refuse(setting, format!("(entry {}) {problem}", index + 1)),
            }
        }
        values
    }

    /// Returns the entries of a list.
    pub(super) fn list(&mut self, setting: &Setting) -> Vec<String> {
        self.parsed(setting, split).unwrap_or_default()
    }

    pub(super) fn flag(&mut self, setting: &Setting) -> bool {
        self.chosen_flag(setting).unwrap_or_default()
    }

    /// Returns a flag; `None` if it has neither a value nor a default.
    pub(super) fn chosen_flag(&mut self, setting: &Setting) -> Option<bool> {
        let flag = |text: &str| match text.to_ascii_lowercase().as_str() {
            "true" | "on" | "yes" | "1" => Ok(true),
            "false" | "off" | "no" | "0" => Ok(false),
            _ => Err("must be `true` or `false`"),
        };
        self.parsed(setting, flag)
    }

    /// Returns a number within the table's bounds; `None` if it has neither a value nor a default.
    pub(super) fn number(&mut self, setting: &Setting) -> Option<u64> {
        let Kind::Number(least, most) = setting.kind else {
            return None;
        };
        self.parsed(setting, |text| match text.parse() {
            Ok(number) if (least..=most).contains(&number) => Ok(number),
            _ => Err(format!("must be a whole number from {least} to {most}")),
        })
    }

    /// Returns a duration in seconds within the table's bounds, as [`number`](Self::number) does.
    pub(super) fn seconds(&mut self, setting: &Setting) -> Option<u64> {
        let Kind::Duration(least, most) = setting.kind else {
            return None;
        };
        self.parsed(setting, |text| match duration::seconds(text) {
            Some(seconds) if (least..=most).contains(&seconds) => Ok(seconds),
            _ => Err(format!(
                "must be {least} to {most} seconds, or a duration such as 90s, 15m, 12h or 7d"
            )),
        })
    }

    /// Returns the meaning of one of the table's words, or of the default, which is the first if the table has none.
    pub(super) fn one_of<T: Copy>(&mut self, setting: &Setting, meanings: &[T]) -> T {
        self.chosen(setting, meanings).unwrap_or(meanings[0])
    }

    /// Returns the meaning of one of the table's words; `None` if it has neither a value nor a default.
    pub(super) fn chosen<T: Copy>(&mut self, setting: &Setting, meanings: &[T]) -> Option<T> {
        let words = match setting.kind {
            Kind::OneOf(words) => words,
            _ => &[],
        };
        self.parsed(setting, |text| {
            let mut known = words.iter().zip(meanings);
            let meant = known.find(|(word, _)| word.eq_ignore_ascii_case(text));
            meant
                .map(|(_, meaning)| *meaning)
                .ok_or_else(|| format!("must be {}", either(words)))
        })
    }

    /// Returns a secret, from its variable or from the file named by its `_FILE` variable.
    pub(super) fn secret(&mut self, setting: &Setting) -> Option<SecretString> {
        let by_file = format!("{PREFIX}{}_FILE", setting.name);
        let in_file = self.vars.given(&by_file);
        if in_file.is_some() && self.vars.given(&setting.variable()).is_some() {
            self.refuse(setting, format!("and {by_file} are both set: keep one"));
            return None;
        }
        let Some(path) = in_file else {
            let value = self.vars.get(&setting.variable()).or(setting.default)?;
            return Some(value.to_owned().into());
        };
        match secret_file(path) {
            Ok(secret) => Some(secret),
            Err(problem) => {
                let problem = format!("names a file that {problem}");
                self.errors
                    .push(SettingError::of_variable(by_file, problem));
                None
            }
        }
    }
}

/// Reads a secret from a file, without the trailing line break. The path is not shown, since some people paste the
/// secret there.
fn secret_file(path: &str) -> Result<SecretString, String> {
    let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
    let text = file::read(Path::new(path), MAX_FILE_BYTES).map_err(unreadable)?;
    let text = text.ok_or("is too large for a secret")?;
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.trim().is_empty() {
        return Err("is empty".to_owned());
    }
    Ok(secret.to_owned().into())
}

/// Splits at commas and spaces, or parses a JSON list.
pub(super) fn split(text: &str) -> Result<Vec<String>, &'static str> {
    if text.starts_with('[') {
        let entries: Result<Vec<String>, _> = serde_json::from_str(text);
        return entries.map_err(|_| "is not a JSON list of strings");
    }
    let entries = text.split([',', ' ']).filter(|entry| !entry.is_empty());
    Ok(entries.map(str::to_owned).collect())
}

fn either(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests;
