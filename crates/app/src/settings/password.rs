use belgie_domain::PasswordPolicy;

use super::reader::Reader;
use super::table;

/// Reads the rule for new passwords; `None` when passwords are turned off. Where mails are sent, anyone may register
/// unless the operator says no.
pub(super) fn read(reader: &mut Reader<'_>, sends_mails: bool) -> Option<PasswordPolicy> {
    let is_enabled = reader.flag(&table::PASSWORD_ENABLED);
    let policy = PasswordPolicy::default();
    let min_length = reader.number(&table::PASSWORD_MIN_LENGTH);
    let min_length = min_length.and_then(|number| usize::try_from(number).ok());
    let registration = reader.chosen_flag(&table::PASSWORD_REGISTRATION);
    let policy = policy
        .registration(registration.unwrap_or(sends_mails))
        .min_length(min_length.unwrap_or(policy.min_length));
    is_enabled.then_some(policy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Settings, Vars};

    fn read(settings: &[(&str, &str)]) -> Result<Option<PasswordPolicy>, String> {
        let settings = Settings::read(&Vars::of(settings));
        let settings = settings.map_err(|errors| errors.to_string())?;
        Ok(settings.passwords)
    }

    #[test]
    fn passwords_are_on_and_nobody_registers_unless_the_operator_says_so() {
        let default = PasswordPolicy::default();

        assert_eq!(read(&[]), Ok(Some(default)));
        let registration = read(&[("PASSWORD_REGISTRATION", "true")]);
        assert_eq!(registration, Ok(Some(default.registration(true))));
        assert_eq!(read(&[("PASSWORD_ENABLED", "false")]), Ok(None));
    }

    #[test]
    fn pwd_02_the_minimum_length_is_8_to_256() {
        for (given, length) in [("8", 8), ("15", 15), ("256", 256)] {
            let policy = read(&[("PASSWORD_MIN_LENGTH", given)]).unwrap().unwrap();
            assert_eq!(policy.min_length, length);
            assert_eq!(policy.check(), Ok(()));
        }
        for given in ["7", "0", "257", "-8", "eight"] {
            let refused = read(&[("PASSWORD_MIN_LENGTH", given)]).unwrap_err();
            assert!(
                refused.starts_with("BELGIE_PASSWORD_MIN_LENGTH "),
                "{refused}"
            );
        }
    }
}
