use belgie_domain::SessionPolicy;
use chrono::TimeDelta;

use super::reader::Reader;
use super::table::{self, Setting};

/// Reads the lifetimes of sessions.
pub(super) fn read(reader: &mut Reader<'_>) -> SessionPolicy {
    let max_age = seconds(reader, &table::SESSION_MAX_AGE);
    let update_age = update_age(reader, max_age);
    let per_user = reader.number(&table::SESSIONS_PER_USER);
    let per_user = per_user.and_then(|number| u32::try_from(number).ok());
    SessionPolicy::default()
        .max_age(max_age)
        .update_age(update_age)
        .absolute_max_age(seconds(reader, &table::SESSION_ABSOLUTE_MAX_AGE))
        .fresh_age(seconds(reader, &table::SESSION_FRESH_AGE))
        .per_user(per_user.unwrap_or(u32::MAX))
}

/// The expiry must slide before it passes, however short the lifetime is.
fn update_age(reader: &mut Reader<'_>, max_age: TimeDelta) -> TimeDelta {
    let default = SessionPolicy::default_update_age(max_age);
    let setting = &table::SESSION_UPDATE_AGE;
    let Some(seconds) = reader.seconds(setting) else {
        return default;
    };
    let update_age = to_delta(seconds);
    if update_age < max_age {
        return update_age;
    }
    let problem = format!("must be less than {}", table::SESSION_MAX_AGE.variable());
    reader.refuse(setting, problem);
    default
}

fn seconds(reader: &mut Reader<'_>, setting: &Setting) -> TimeDelta {
    to_delta(reader.seconds(setting).unwrap_or_default())
}

fn to_delta(seconds: u64) -> TimeDelta {
    TimeDelta::seconds(i64::try_from(seconds).unwrap_or_default())
}
