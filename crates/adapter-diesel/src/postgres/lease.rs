use std::time::Duration;

use diesel_async::pooled_connection::deadpool::Object;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};
use tokio::runtime::Handle;
use tokio::time::timeout;

/// A connection leased from the pool. Dropping it without giving it back means that its user was cancelled in the
/// middle of something.
pub(super) struct Lease {
    pooled: Option<Object<AsyncPgConnection>>,
    on_abandon: OnAbandon,
}

/// What happens to a connection that is not given back.
pub(super) enum OnAbandon {
    /// It is closed, which ends its transaction.
    Close,
    /// It is given back once the current statement has ended, or closed if that takes too long.
    Await(Handle, Duration),
}

impl Lease {
    pub(super) fn of(pooled: Object<AsyncPgConnection>, on_abandon: OnAbandon) -> Self {
        let pooled = Some(pooled);
        Self { pooled, on_abandon }
    }

    /// Returns the connection, until it is given back.
    pub(super) fn connection(&mut self) -> Option<&mut AsyncPgConnection> {
        self.pooled.as_deref_mut()
    }

    /// Gives back an idle connection.
    pub(super) fn give_back(mut self) {
        drop(self.pooled.take());
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(mut pooled) = self.pooled.take() else {
            return;
        };
        match &self.on_abandon {
            OnAbandon::Close => drop(Object::take(pooled)),
            OnAbandon::Await(runtime, patience) => {
                let patience = *patience;
                runtime.spawn(async move {
                    // Statements are answered in order, so the previous one has ended when this one has.
                    let ended = timeout(patience, pooled.batch_execute("")).await;
                    if !matches!(ended, Ok(Ok(()))) {
                        drop(Object::take(pooled));
                    }
                });
            }
        }
    }
}
