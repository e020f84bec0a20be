use belgie_domain::AccessTokenPolicy;
use chrono::TimeDelta;

use super::reader::Reader;
use super::table;

/// Longer than any address, but short enough for a token to fit into a header.
const MAX_AUDIENCE_LENGTH: usize = 512;

/// Reads the lifetime and audience of access tokens.
pub(super) fn read(reader: &mut Reader<'_>) -> AccessTokenPolicy {
    let default = AccessTokenPolicy::default();
    let max_age = reader.seconds(&table::ACCESS_TOKEN_MAX_AGE);
    let max_age = max_age.and_then(|seconds| i64::try_from(seconds).ok());
    default
        .clone()
        .max_age(max_age.map_or(default.max_age, TimeDelta::seconds))
        .audience(reader.parsed(&table::ACCESS_TOKEN_AUDIENCE, audience))
}

fn audience(text: &str) -> Result<String, &'static str> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_plain || text.len() > MAX_AUDIENCE_LENGTH {
        return Err(
            "must be a name or an address in ASCII, without spaces, of at most 512 characters",
        );
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Settings, Vars};

    fn read(settings: &[(&str, &str)]) -> Result<AccessTokenPolicy, String> {
        let settings = Settings::read(&Vars::of(settings));
        let settings = settings.map_err(|errors| errors.to_string())?;
        Ok(settings.access_tokens)
    }

    #[test]
    fn jwt_03_the_lifetime_is_from_a_minute_to_a_day() {
        assert_eq!(read(&[]), Ok(AccessTokenPolicy::default()));
        for (given, seconds) in [("60", 60), ("15m", 900), ("1d", 86_400)] {
            let policy = read(&[("ACCESS_TOKEN_MAX_AGE", given)]).unwrap();
            assert_eq!(policy.max_age.num_seconds(), seconds, "{given}");
            assert_eq!(policy.check(), Ok(()));
        }
        for given in ["0", "59", "86401", "2d", "ten", "-600"] {
            let refused = read(&[("ACCESS_TOKEN_MAX_AGE", given)]).unwrap_err();
            assert!(
                refused.starts_with("BELGIE_ACCESS_TOKEN_MAX_AGE "),
                "{refused}"
            );
        }
    }

    #[test]
    fn jwt_02_the_audience_is_one_name_or_address() {
        let given = |audience| read(&[("ACCESS_TOKEN_AUDIENCE", audience)]);

        for audience in ["https://api.example.com", "urn:example:api", "api"] {
            let policy = given(audience).unwrap();
            assert_eq!(policy.audience.as_deref(), Some(audience));
        }
        for audience in [
            "https://a.example https://b.example",
            "bücher",
            &"a".repeat(513),
        ] {
            let refused = given(audience).unwrap_err();
            assert!(
                refused.starts_with("BELGIE_ACCESS_TOKEN_AUDIENCE "),
                "{refused}"
            );
        }
    }
}
