use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use belgie_domain::Mail;
use chrono::{DateTime, Utc};

/// Mails of a development server that are shown on the page `/dev/mail` instead of being sent. It keeps the newest
/// 100, in memory. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Mailbox {
    kept: Arc<Mutex<VecDeque<KeptMail>>>,
}

/// A mail with its time.
#[derive(Clone, Debug)]
pub(crate) struct KeptMail {
    pub mail: Mail,
    pub at: DateTime<Utc>,
}

const CAPACITY: usize = 100;

impl Mailbox {
    /// Adds a mail; the oldest one goes when there are too many.
    pub fn add(&self, mail: Mail, at: DateTime<Utc>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front(KeptMail { mail, at });
        kept.truncate(CAPACITY);
    }

    pub(crate) fn newest_first(&self) -> Vec<KeptMail> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_mails_are_kept() {
        let mailbox = Mailbox::default();
        for number in 0..CAPACITY + 2 {
            let mail = Mail {
                to: "jane@example.com".parse().unwrap(),
                subject: number.to_string(),
                text: String::new(),
                html: String::new(),
            };
            mailbox.add(mail, DateTime::UNIX_EPOCH);
        }

        let kept = mailbox.newest_first();

        assert_eq!(kept.len(), CAPACITY);
        assert_eq!(kept[0].mail.subject, (CAPACITY + 1).to_string());
        assert_eq!(kept[CAPACITY - 1].mail.subject, "2");
    }
}
