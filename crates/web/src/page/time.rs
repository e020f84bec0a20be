use chrono::{DateTime, TimeDelta, Utc};

use crate::view::rfc3339;

/// A moment, for people and for machines.
#[derive(Debug)]
pub(super) struct Moment {
    /// For `<time datetime>`.
    pub machine: String,
    /// The day: "20 November 2026".
    pub day: String,
    /// The minute: "20 Nov 2026, 13:14 UTC".
    pub minute: String,
}

impl From<DateTime<Utc>> for Moment {
    fn from(time: DateTime<Utc>) -> Self {
        Self {
            machine: rfc3339(time),
            day: time.format("%-d %B %Y").to_string(),
            minute: time.format("%-d %b %Y, %H:%M UTC").to_string(),
        }
    }
}

/// Says how long ago something was, no more exactly than `grain`: uses in between are not written down.
pub(super) fn ago(past: TimeDelta, grain: TimeDelta) -> String {
    if past < grain {
        return within(grain);
    }
    let (days, hours) = (past.num_days(), past.num_hours());
    match (days, hours) {
        (0, 0) => plural(past.num_minutes().max(1), "minute"),
        (0, hours) => plural(hours, "hour"),
        (days, _) => plural(days, "day"),
    }
}

fn within(grain: TimeDelta) -> String {
    match grain.num_hours() {
        0 => "in the last hour".to_owned(),
        1..=24 => "in the last 24 hours".to_owned(),
        hours => format!("in the last {} days", (hours + 23) / 24),
    }
}

fn plural(count: i64, unit: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{ending} ago")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_as_exactly_as_they_are_known() {
        let (hour, day) = (TimeDelta::hours(1), TimeDelta::days(1));
        for (past, grain, told) in [
            (hour, day, "in the last 24 hours"),
            (day, day, "1 day ago"),
            (day * 6, day, "6 days ago"),
            (day, day * 2, "in the last 2 days"),
            (hour * 5, hour, "5 hours ago"),
            (
                TimeDelta::seconds(70),
                TimeDelta::seconds(1),
                "1 minute ago",
            ),
            (
                TimeDelta::zero(),
                TimeDelta::seconds(60),
                "in the last hour",
            ),
        ] {
            assert_eq!(ago(past, grain), told);
        }
    }
}
