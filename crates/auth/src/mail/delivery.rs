use std::fmt;
use std::time::Duration;

use belgie_domain::OutboxItem;
use belgie_ports::{BoxFuture, MailError, Mailer, with_causes};
use chrono::TimeDelta;

use super::compose::Composer;
use crate::AuthError;
use crate::core::Core;
use crate::mail_job::{MailJob, TOPIC};
use crate::outbox::{Work, Worked, work_off};

/// Sends the mails that wait in the outbox: each at least once, by one node at a time.
#[derive(Clone, Copy)]
pub struct Mails<'a> {
    core: &'a Core,
}

/// How long a node may take for one mail; after that another node may take it over.
const LEASE: TimeDelta = TimeDelta::minutes(2);
/// How often this node looks for mails that other nodes left behind, or that are due again.
const INTERVAL: Duration = Duration::from_secs(15);
/// The delay before the first retry; each further one is twice as long.
const FIRST_DELAY: TimeDelta = TimeDelta::minutes(1);
const LONGEST_DELAY: TimeDelta = TimeDelta::days(1);
/// After these attempts, more than five days, a mail is given up (RFC 5321 §4.5.4.1).
const MOST_ATTEMPTS: u32 = 16;

impl<'a> Mails<'a> {
    pub(crate) fn new(core: &'a Core) -> Self {
        Self { core }
    }

    /// Sends mails as they are committed, until the future is dropped. Run it beside the server, once per process.
    /// Without a mailer it returns at once.
    pub async fn run(&self) {
        if self.core.mailer.is_none() {
            return;
        }
        loop {
            if let Err(error) = self.deliver().await {
                tracing::warn!(error = with_causes(&error), "mails were not sent");
            }
            let committed = self.core.hooks.committed.mails();
            let _ = tokio::time::timeout(INTERVAL, committed).await;
        }
    }

    /// Sends all mails that are due; returns how many are done with. While the mail server is unavailable a mail is due
    /// again after a minute, then after two, four … at most a day; it is given up after five days.
    ///
    /// # Errors
    /// [`AuthError::Store`]; mails sent before the error stay sent.
    pub async fn deliver(&self) -> Result<u64, AuthError> {
        let Some(mailer) = &self.core.mailer else {
            return Ok(0);
        };
        let sending = Sending {
            core: self.core,
            mailer: mailer.as_ref(),
        };
        work_off(self.core, (TOPIC, LEASE), &sending).await
    }
}

struct Sending<'a> {
    core: &'a Core,
    mailer: &'a dyn Mailer,
}

impl Sending<'_> {
    async fn send(&self, item: &OutboxItem) -> Result<Worked, AuthError> {
        let Some(job) = MailJob::parse(&item.payload) else {
            return Ok(Worked::Later(LONGEST_DELAY)); // a newer node wrote it, and will send it
        };
        let Some(mail) = Composer::new(self.core).compose(job).await? else {
            return Ok(Worked::Done);
        };
        let error = match self.mailer.send(&mail).await {
            Ok(()) => return Ok(Worked::Done),
            Err(error) => error,
        };
        let (mail, attempt) = (item.id, item.attempts);
        let cause = with_causes(&error);
        if matches!(error, MailError::Refused(_)) || attempt >= MOST_ATTEMPTS {
            tracing::warn!(%mail, attempt, error = cause, "a mail was given up");
            return Ok(Worked::Done);
        }
        tracing::warn!(%mail, attempt, error = cause, "a mail was not sent and will be retried");
        Ok(Worked::Later(delay(attempt)))
    }
}

impl Work for Sending<'_> {
    fn work<'a>(&'a self, item: &'a OutboxItem) -> BoxFuture<'a, Result<Worked, AuthError>> {
        Box::pin(self.send(item))
    }
}

/// The delay after this many attempts.
fn delay(attempts: u32) -> TimeDelta {
    let doublings = attempts.saturating_sub(1).min(20);
    (FIRST_DELAY * (1 << doublings)).min(LONGEST_DELAY)
}

impl fmt::Debug for Mails<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mails").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_to_a_day_and_a_mail_is_tried_for_five_days() {
        let minutes = |attempts| delay(attempts).num_minutes();

        assert_eq!([1, 2, 3, 4].map(minutes), [1, 2, 4, 8]);
        assert_eq!([11, 12, 13, 40].map(minutes), [1024, 1440, 1440, 1440]);
        let all: i64 = (1..MOST_ATTEMPTS).map(minutes).sum();
        assert!(all >= 5 * 24 * 60, "{all}");
    }
}
