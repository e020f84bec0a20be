use std::fmt;

use super::table::Setting;

/// An error in one setting: a line that names the variable and never shows its value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{variable} {problem}")]
pub struct SettingError {
    variable: String,
    problem: String,
}

impl SettingError {
    /// Creates an error such as `is too short`, `needs …`, `must be …`.
    pub(crate) fn new(setting: &Setting, problem: impl Into<String>) -> Self {
        Self::of_variable(setting.variable(), problem)
    }

    /// Creates an error of a variable that is not in the table itself, such as `BELGIE_SECRET_FILE`.
    pub(crate) fn of_variable(variable: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            variable: variable.into(),
            problem: problem.into(),
        }
    }

    /// Returns the name of the invalid variable or file.
    pub fn variable(&self) -> &str {
        &self.variable
    }
}

/// All errors in the settings, one per line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettingErrors(Vec<SettingError>);

impl SettingErrors {
    /// Iterates over the errors.
    pub fn iter(&self) -> impl Iterator<Item = &SettingError> {
        self.0.iter()
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn push(&mut self, error: SettingError) {
        self.0.push(error);
    }

    /// Returns `value` if there are no errors.
    pub(crate) fn none_or<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() {
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
