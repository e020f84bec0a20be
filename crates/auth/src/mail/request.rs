use belgie_domain::{ClientInfo, EmailAddress};
use belgie_ports::{Contention, StoreExt as _};

use crate::core::Core;
use crate::mail_job::MailJob;
use crate::{AuthError, Limits};

/// Writes a mail that was asked for at an address into the outbox, whether or not the address is known. The address is looked up
/// only when the mail is sent, so neither the answer nor its timing reveals whether it is known.
///
/// Too many mails are not an error for the same reason: nothing is sent.
pub(crate) async fn request_mail(
    core: &Core,
    job: MailJob,
    email: &EmailAddress,
    client: &ClientInfo,
) -> Result<(), AuthError> {
    if !permits_mail(core, email, client).await? {
        return Ok(());
    }
    let now = core.now();
    let item = job.item(core.draw(now).outbox_id(), now);
    let item = item.about(email.as_str());
    let written = core
        .store
        .transaction(Contention::none(), item, |item, tx| {
            Box::pin(async move { Ok::<_, AuthError>(tx.insert_outbox_item(item).await?) })
        });
    written.await?;
    core.hooks.committed.notify_one();
    Ok(())
}

/// Returns whether a requested mail may be sent to an address, and counts it.
pub(crate) async fn permits_mail(
    core: &Core,
    email: &EmailAddress,
    client: &ClientInfo,
) -> Result<bool, AuthError> {
    if core.mailer.is_none() {
        return Err(AuthError::MailsOff);
    }
    match Limits::new(core).mail(email, client).await {
        Ok(()) => Ok(true),
        Err(AuthError::RateLimited { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}
