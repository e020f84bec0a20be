use std::fmt;

use chrono::{DateTime, Utc};

use crate::UserId;

/// The hash of a password as a PHC string, which names the algorithm, its parameters and the salt.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Takes a PHC string, unchecked: only the hasher knows which it can read.
    pub fn from_phc(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the PHC string, for the store and the hasher. Never log it.
    pub fn as_phc(&self) -> &str {
        &self.0
    }
}

/// Guessing a password against its hash needs no server, so the hash is a secret as well.
impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// The password of a user, as it is stored. A user has at most one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserPassword {
    /// The user.
    pub user_id: UserId,
    /// The hash.
    pub hash: PasswordHash,
    /// When the user last chose a password. Hashing the same one anew leaves this as it is.
    pub changed_at: DateTime<Utc>,
}

impl UserPassword {
    /// Creates the password that a user has just chosen.
    pub fn new(user_id: UserId, hash: PasswordHash, now: DateTime<Utc>) -> Self {
        Self {
            user_id,
            hash,
            changed_at: now,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cfg_02_a_hash_does_not_print_itself() {
        let user = UserId::new(DateTime::UNIX_EPOCH, [1; 10]);
        let hash = PasswordHash::from_phc("$argon2id$c4nary");
        let password = UserPassword::new(user, hash, DateTime::UNIX_EPOCH);

        let printed = format!("{:?} {password:?} {password:#?}", password.hash);

        assert_eq!(printed.matches("c4nary").count(), 0);
    }
}
