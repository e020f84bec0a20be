use std::future::ready;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use belgie_domain::Mail;
use belgie_ports::{BoxFuture, MailError, Mailer};

/// Keeps mails instead of sending them. For tests only. Clones share everything.
#[derive(Clone, Debug, Default)]
pub struct FakeMailer {
    sent: Arc<Mutex<Vec<Mail>>>,
    fault: Arc<AtomicU8>,
}

const DOWN: u8 = 1;
const REFUSING: u8 = 2;

impl FakeMailer {
    /// Returns the mails sent since the last call, oldest first.
    pub fn take_sent(&self) -> Vec<Mail> {
        std::mem::take(&mut *self.sent.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Accepts mails (again).
    pub fn accept(&self) {
        self.fault.store(0, Ordering::SeqCst);
    }

    /// From now on answers each mail with [`MailError::Unavailable`].
    pub fn be_down(&self) {
        self.fault.store(DOWN, Ordering::SeqCst);
    }

    /// From now on answers each mail with [`MailError::Refused`].
    pub fn refuse(&self) {
        self.fault.store(REFUSING, Ordering::SeqCst);
    }

    fn answer(&self, mail: &Mail) -> Result<(), MailError> {
        match self.fault.load(Ordering::SeqCst) {
            DOWN => Err(MailError::Unavailable("the fake is down".into())),
            REFUSING => Err(MailError::Refused("the fake refuses".into())),
            _ => {
                let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
                sent.push(mail.clone());
                Ok(())
            }
        }
    }
}

impl Mailer for FakeMailer {
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<(), MailError>> {
        Box::pin(ready(self.answer(mail)))
    }
}
