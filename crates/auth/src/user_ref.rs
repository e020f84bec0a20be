use std::fmt;
use std::str::FromStr;

use belgie_domain::{EmailAddress, UserId};

/// Identifies a user by address or by id.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UserRef {
    /// By address.
    Email(EmailAddress),
    /// By id.
    Id(UserId),
}

impl FromStr for UserRef {
    type Err = belgie_domain::InvalidEmail;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(id) = text.parse() {
            return Ok(Self::Id(id));
        }
        text.parse().map(Self::Email)
    }
}

impl fmt::Display for UserRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Email(email) => email.fmt(f),
            Self::Id(id) => id.fmt(f),
        }
    }
}
