use belgie_ports::InvalidIdentity;
use chrono::{DateTime, TimeDelta, Utc};

use super::claims::Claims;
use crate::fault::invalid;

/// Checks when the ID token was issued, and from when and until when it is valid.
pub(super) fn check(
    claims: &Claims,
    oldest: Option<TimeDelta>,
    now: DateTime<Utc>,
) -> Result<(), InvalidIdentity> {
    check_expiration(claims.expires_at, now)?;
    check_issued_at(claims.issued_at, oldest, now)?;
    match claims.not_before {
        Some(not_before) if not_before - now > LEEWAY => {
            Err(invalid("the ID token is not valid yet (nbf)"))
        }
        _ => Ok(()),
    }
}

/// Returns from when on [`check`] refuses the token because of `exp`.
pub(super) fn usable_until(claims: &Claims) -> DateTime<Utc> {
    let until = claims.expires_at.checked_add_signed(LEEWAY);
    until.unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn check_expiration(expires_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), InvalidIdentity> {
    let since = now - expires_at;
    if since < LEEWAY {
        return Ok(());
    }
    Err(invalid(format!(
        "the ID token expired {} s ago (exp): it is an old one, or the clocks disagree",
        since.num_seconds()
    )))
}

fn check_issued_at(
    issued_at: DateTime<Utc>,
    oldest: Option<TimeDelta>,
    now: DateTime<Utc>,
) -> Result<(), InvalidIdentity> {
    let age = now - issued_at;
    if age < -LEEWAY {
        return Err(invalid(format!(
            "the ID token was issued {} s in the future (iat): the provider's clock and ours disagree",
            -age.num_seconds()
        )));
    }
    if oldest.is_some_and(|oldest| age >= oldest) {
        return Err(invalid(format!(
            "the ID token was issued {} s ago (iat): it is an old one, or the clocks disagree",
            age.num_seconds()
        )));
    }
    Ok(())
}

/// Checks when the person authenticated, if re-authentication was requested (OpenID Connect Core §3.1.3.7 (13)).
pub(super) fn check_authentication(
    claims: &Claims,
    max_age: Option<TimeDelta>,
    now: DateTime<Utc>,
) -> Result<(), InvalidIdentity> {
    let Some(max_age) = max_age else {
        return Ok(());
    };
    match claims.authenticated_at {
        Some(at) if at - now > LEEWAY => Err(invalid(
            "the ID token says that the person will authenticate later (auth_time)",
        )),
        Some(at) if now - at <= max_age + LEEWAY => Ok(()),
        Some(at) => Err(invalid(format!(
            "the person authenticated {} s ago (auth_time), but at most {} s were requested",
            (now - at).num_seconds(),
            max_age.num_seconds()
        ))),
        None => Err(invalid(
            "the ID token does not say when the person authenticated (auth_time), although this was requested",
        )),
    }
}

/// How far the clocks may differ.
const LEEWAY: TimeDelta = TimeDelta::seconds(60);
/// The token endpoint issues the ID token at the moment of its response, and clients post theirs at once, so an old one
/// comes from somewhere else.
pub(crate) const OLDEST: TimeDelta = TimeDelta::minutes(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idt_06_a_token_expires_60_seconds_after_its_time() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let at = |seconds| check_expiration(now + TimeDelta::seconds(seconds), now).is_ok();

        for seconds in [86_400 * 365, 1, 0, -59] {
            assert!(at(seconds), "{seconds}");
        }
        for seconds in [-60, -61, -86_400 * 365] {
            assert!(!at(seconds), "{seconds}");
        }
    }

    #[test]
    fn idt_07_issued_at_is_at_most_60_seconds_ahead_and_less_than_10_minutes_old() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let at = |seconds| {
            let at = now + TimeDelta::seconds(seconds);
            check_issued_at(at, Some(OLDEST), now).is_ok()
        };

        for seconds in [60, 45, 0, -45, -599] {
            assert!(at(seconds), "{seconds}");
        }
        for seconds in [61, 600, 86_400 * 365, -600, -604_800] {
            assert!(!at(seconds), "{seconds}");
        }
    }
}
