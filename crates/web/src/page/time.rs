use chrono::{DateTime, TimeDelta, Utc};

use crate::text::TimeTexts;
use crate::view::rfc3339;

/// A time, for people and for machines.
#[derive(Debug)]
pub(super) struct Moment {
    /// For `<time datetime>`.
    pub machine: String,
    /// The day: "20 November 2026".
    pub day: String,
    /// The minute: "20 Nov 2026, 13:14 UTC".
    pub minute: String,
}

impl Moment {
    pub(super) fn new(time: DateTime<Utc>, text: &TimeTexts) -> Self {
        Self {
            machine: rfc3339(time),
            day: (text.date)(time),
            minute: (text.minute)(time),
        }
    }
}

/// Formats how long ago something was, no more precisely than `grain`, since uses in between are not recorded.
pub(super) fn ago(past: TimeDelta, grain: TimeDelta, text: &TimeTexts) -> String {
    if past < grain {
        return (text.within)(grain);
    }
    (text.ago)(past)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Texts;

    #[test]
    fn times_are_no_more_precise_than_they_are_known() {
        let (hour, day) = (TimeDelta::hours(1), TimeDelta::days(1));
        for (past, grain, text) in [
            (hour, day, "in the last 24 hours"),
            (hour / 2, hour, "in the last hour"),
            (hour, hour * 2, "in the last 24 hours"),
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
            assert_eq!(ago(past, grain, &Texts::current().time), text);
        }
    }
}
