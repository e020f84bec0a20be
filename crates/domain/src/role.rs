use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// A user's role: an open-ended name to which the application gives meaning.
///
/// A lower-case letter, then at most 31 lower-case letters, digits, `-` and `_`. Two are predefined: [`Role::USER`],
/// which every new user gets, and [`Role::ADMIN`], which only an operator or another admin can grant; a provider's
/// claims never do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Role(Cow<'static, str>);

/// The text is not a valid role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" cannot name a role: use a lower-case letter, then at most 31 of a-z, 0-9, - and _"
)]
pub struct InvalidRole(String);

impl Role {
    /// The role of every new user.
    pub const USER: Self = Self(Cow::Borrowed("user"));
    /// The role that may administer other users.
    pub const ADMIN: Self = Self(Cow::Borrowed("admin"));

    /// Returns the stored name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether the role may administer other users.
    pub fn is_admin(&self) -> bool {
        *self == Self::ADMIN
    }
}

impl Default for Role {
    fn default() -> Self {
        Self::USER
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = InvalidRole;

    fn from_str(name: &str) -> Result<Self, InvalidRole> {
        // Nearly every session check reads one of these two.
        for known in [Self::USER, Self::ADMIN] {
            if known.as_str() == name {
                return Ok(known);
            }
        }
        if crate::identity::is_short_name(name) {
            return Ok(Self(Cow::Owned(name.to_owned())));
        }
        Err(InvalidRole(name.chars().take(40).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_any_short_lower_case_name() {
        for name in ["user", "admin", "editor", "read-only_2"] {
            assert_eq!(name.parse::<Role>().unwrap().as_str(), name);
        }
        for name in ["", "Admin", "1st", "a b", "é", "admin\n", &"a".repeat(33)] {
            assert!(name.parse::<Role>().is_err(), "{name:?}");
        }
    }

    #[test]
    fn only_the_role_named_admin_administers() {
        assert!("admin".parse::<Role>().unwrap().is_admin());
        for name in ["user", "administrator", "admin2"] {
            assert!(!name.parse::<Role>().unwrap().is_admin(), "{name}");
        }
    }
}
