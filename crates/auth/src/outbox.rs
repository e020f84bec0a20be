//! Working off the outbox.

use belgie_domain::OutboxItem;
use belgie_ports::BoxFuture;
use chrono::TimeDelta;

use crate::AuthError;
use crate::core::Core;

/// What is done with the items of a topic.
pub(crate) trait Work: Send + Sync {
    /// Does the work of one item.
    fn work<'a>(&'a self, item: &'a OutboxItem) -> BoxFuture<'a, Result<Worked, AuthError>>;
}

/// What became of an item.
pub(crate) enum Worked {
    /// There is nothing left to do.
    Done,
    /// It is due again when the claim ends.
    Again,
    /// It is due again after this time.
    Later(TimeDelta),
}

/// Claims all due items of a topic one after the other, each for the duration of `lease`; returns how many are done.
pub(crate) async fn work_off(
    core: &Core,
    (topic, lease): (&str, TimeDelta),
    work: &dyn Work,
) -> Result<u64, AuthError> {
    let mut done = 0;
    loop {
        let now = core.now();
        let claimed = core.store.claim_outbox_item(topic, now, now + lease);
        let Some(item) = claimed.await? else {
            return Ok(done);
        };
        match work.work(&item).await? {
            Worked::Done => {
                core.store.finish_outbox_item(item.id).await?;
                done += 1;
            }
            Worked::Again => {}
            Worked::Later(delay) => {
                let due_at = core.now() + delay;
                core.store.postpone_outbox_item(item.id, due_at).await?;
            }
        }
    }
}
