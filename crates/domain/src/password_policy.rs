use crate::Password;

/// The operator's rule for the passwords that people choose. There are no composition rules (NIST SP 800-63B-4
/// §3.1.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PasswordPolicy {
    /// The fewest characters that a new password may have.
    pub min_length: usize,
    /// Whether anyone may register with a password, where new users are accepted at all.
    pub registration: bool,
}

/// Why a person may not choose a password.
///
/// Deliberately exhaustive: each reason has a text, which helps to choose a better one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordWeakness {
    /// It has fewer characters than this.
    #[error("the password has fewer than {minimum} characters")]
    TooShort {
        /// The fewest characters that a new password may have.
        minimum: usize,
    },
    /// Many people use it, or one much like it.
    #[error("the password is common")]
    Common,
    /// It is made of the person's own name or address, or of the name of the application.
    #[error("the password is made of names that are easy to find out")]
    Personal,
    /// It repeats a few characters.
    #[error("the password repeats itself")]
    Repetitive,
    /// It is a sequence, such as `abcdef` or `654321`.
    #[error("the password is a sequence")]
    Sequence,
    /// It follows the rows of the keyboard.
    #[error("the password follows the rows of the keyboard")]
    Keyboard,
    /// It is made of a date or a year.
    #[error("the password is made of a date")]
    Date,
    /// It is easy to guess for another reason.
    #[error("the password is easy to guess")]
    Predictable,
}

/// Why a password policy is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the minimum length of passwords is not 8 to 256")]
pub struct InvalidPasswordPolicy;

impl PasswordPolicy {
    /// The lowest minimum length that an operator may set.
    pub const LOWEST_MINIMUM: usize = 8;

    /// Sets the fewest characters that a new password may have.
    #[must_use]
    pub fn min_length(self, min_length: usize) -> Self {
        Self { min_length, ..self }
    }

    /// Sets whether anyone may register with a password.
    #[must_use]
    pub fn registration(self, registration: bool) -> Self {
        Self {
            registration,
            ..self
        }
    }

    /// Checks the policy itself.
    ///
    /// # Errors
    /// [`InvalidPasswordPolicy`].
    pub fn check(self) -> Result<(), InvalidPasswordPolicy> {
        if (Self::LOWEST_MINIMUM..=Password::MAX_CHARACTERS).contains(&self.min_length) {
            return Ok(());
        }
        Err(InvalidPasswordPolicy)
    }

    /// Checks whether a password is long enough to be chosen. How easy it is to guess is for others to decide.
    ///
    /// # Errors
    /// [`PasswordWeakness::TooShort`].
    pub fn check_length(self, password: &Password) -> Result<(), PasswordWeakness> {
        if password.characters() >= self.min_length {
            return Ok(());
        }
        Err(PasswordWeakness::TooShort {
            minimum: self.min_length,
        })
    }
}

impl Default for PasswordPolicy {
    /// 15 characters, since the password is the only factor (NIST SP 800-63B-4 §3.1.1.2), and no registration.
    fn default() -> Self {
        Self {
            min_length: 15,
            registration: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(characters: usize) -> Password {
        Password::parse(&"ü".repeat(characters)).unwrap()
    }

    #[test]
    fn pwd_02_a_new_password_has_15_characters_unless_the_operator_says_otherwise() {
        for (policy, minimum) in [
            (PasswordPolicy::default(), 15),
            (PasswordPolicy::default().min_length(8), 8),
            (PasswordPolicy::default().min_length(64), 64),
        ] {
            let short = policy.check_length(&password(minimum - 1));
            assert_eq!(short, Err(PasswordWeakness::TooShort { minimum }));
            assert_eq!(policy.check_length(&password(minimum)), Ok(()));
            assert_eq!(policy.check_length(&password(256)), Ok(()));
        }
    }

    #[test]
    fn pwd_02_the_minimum_is_8_to_256() {
        for (minimum, valid) in [
            (0, false),
            (7, false),
            (8, true),
            (15, true),
            (256, true),
            (257, false),
        ] {
            let policy = PasswordPolicy::default().min_length(minimum);
            assert_eq!(policy.check().is_ok(), valid, "{minimum}");
        }
    }

    #[test]
    fn pwd_03_no_kind_of_character_is_required() {
        let policy = PasswordPolicy::default();

        for typed in ["aaaaaaaaaaaaaaa", "               ", "111111111111111"] {
            let password = Password::parse(typed).unwrap();
            assert_eq!(policy.check_length(&password), Ok(()), "{typed:?}");
        }
    }
}
