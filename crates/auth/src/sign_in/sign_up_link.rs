use belgie_domain::{
    ClientInfo, EmailAddress, MailedToken, OutboxItem, PendingSignUp, ProviderId, ProviderIdentity,
    TokenPurpose,
};
use belgie_ports::{Contention, StoreExt as _, Transaction};

use crate::AuthError;
use crate::core::Core;
use crate::hooks::SignUp;
use crate::mail::permits_mail;
use crate::mail_job::MailJob;

/// Mails a link to a person whose address the provider has not verified, and returns the address. The link that was mailed
/// to the same identity before can no longer be used.
///
/// `None` when nothing is mailed: the identity has no usable address, this installation sends no mails, or too many were
/// asked for.
pub(super) async fn mail_sign_up_link(
    core: &Core,
    provider: &ProviderId,
    identity: &ProviderIdentity,
    client: &ClientInfo,
) -> Result<Option<EmailAddress>, AuthError> {
    let Some(email) = identity.address().filter(|_| core.mailer.is_some()) else {
        return Ok(None);
    };
    // A person whom the application does not accept gets no mail.
    let sign_up = SignUp::new(provider, Some(identity), Some(&email), client);
    core.hooks.allow(&sign_up).await?;
    if !permits_mail(core, &email, client).await? {
        return Ok(None);
    }
    let pending = PendingSignUp::new(provider.clone(), identity);
    let contention = Contention::none().and_account(&pending.issuer, &pending.subject);
    let link = SignUpLink::new(core, pending, email.clone());
    let store = &core.store;
    let written = store.transaction(contention, link, |it, tx| Box::pin(it.write(tx)));
    let written: Result<(), AuthError> = written.await;
    written?;
    core.hooks.committed.notify_one();
    Ok(Some(email))
}

/// A link for a pending sign-up, before it is written.
struct SignUpLink {
    token: MailedToken,
    mail: OutboxItem,
}

impl SignUpLink {
    fn new(core: &Core, pending: PendingSignUp, email: EmailAddress) -> Self {
        let now = core.now();
        let draw = core.draw(now);
        // No one has this token: the one that is mailed is drawn when the mail is sent.
        let (id, unknown) = (draw.mailed_token_id(), draw.one_time_token().hash());
        let owner = (pending, email);
        Self {
            token: MailedToken::new(id, unknown, TokenPurpose::VerifyEmail, owner, now),
            mail: MailJob::Token(id).item(draw.outbox_id(), now),
        }
    }

    async fn write(&self, tx: &dyn Transaction) -> Result<(), AuthError> {
        tx.put_mailed_token(&self.token).await?;
        Ok(tx.insert_outbox_item(&self.mail).await?)
    }
}
