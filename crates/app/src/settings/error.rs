use std::fmt;

use super::table::Setting;

/// What is wrong with one setting: a line that names the variable and never shows its value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{variable} {problem}")]
pub struct SettingError {
    variable: String,
    problem: String,
}

impl SettingError {
    /// Says that a setting `is too short`, `needs …`, `must be …`.
    pub(crate) fn new(setting: &Setting, problem: impl Into<String>) -> Self {
        Self::of_variable(setting.variable(), problem)
    }

    /// Says so of a variable that is not in the table itself, such as `BELGIE_SECRET_FILE`.
    pub(crate) fn of_variable(variable: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            variable: variable.into(),
            problem: problem.into(),
        }
    }

    /// Returns the name of the variable, or of the file, that is wrong.
    pub fn variable(&self) -> &str {
        &self.variable
    }
}

/// Everything that is wrong with the settings, a line each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettingErrors(Vec<SettingError>);

impl SettingErrors {
    /// Returns each error.
    pub fn iter(&self) -> impl Iterator<Item = &SettingError> {
        self.0.iter()
    }

    pub(crate) fn push(&mut self, error: SettingError) {
        self.0.push(error);
    }

    /// Returns `value` when nothing was wrong.
    pub(crate) fn none_or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() {
            return Ok(value);
        }
        Err(self)
    }
}

impl From<SettingError> for SettingErrors {
    fn from(error: SettingError) -> Self {
        Self(vec![error])
    }
}

impl fmt::Display for SettingErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for SettingErrors {}
