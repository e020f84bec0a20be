use belgie_ports::InvalidIdentity;
use chrono::{DateTime, TimeDelta, Utc};

use super::claims::Claims;
use crate::fault::invalid;

/// Checks when the ID token was issued. openidconnect only does so when given this function.
pub(super) fn check_issued_at(issued_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), String> {
    let age = now - issued_at;
    if age < -LEEWAY {
        return Err(format!(
            "the ID token was issued {} s in the future: the provider's clock and ours disagree",
            -age.num_seconds()
        ));
    }
    if age >= OLDEST {
        return Err(format!(
            "the ID token was issued {} s ago: it is an old one, or the clocks disagree",
            age.num_seconds()
        ));
    }
    Ok(())
}

/// Checks `nbf` (RFC 7519 §4.1.5), which openidconnect does not support.
pub(super) fn check_not_before(claims: &Claims, now: DateTime<Utc>) -> Result<(), InvalidIdentity> {
    match claims.additional_claims().nbf {
        Some(not_before) if not_before - now > LEEWAY => {
            Err(invalid("the ID token is not valid yet (nbf)"))
        }
        _ => Ok(()),
    }
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
    match claims.auth_time() {
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
pub(super) const LEEWAY: TimeDelta = TimeDelta::seconds(60);
/// The token endpoint issues the ID token at the moment of its response, so an old one comes from somewhere else.
const OLDEST: TimeDelta = TimeDelta::minutes(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idt_07_issued_at_is_at_most_60_seconds_ahead_and_less_than_10_minutes_old() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let at = |seconds| check_issued_at(now + TimeDelta::seconds(seconds), now).is_ok();

        for seconds in [60, 45, 0, -45, -599] {
            assert!(at(seconds), "{seconds}");
        }
        for seconds in [61, 600, 86_400 * 365, -600, -604_800] {
            assert!(!at(seconds), "{seconds}");
        }
    }
}
