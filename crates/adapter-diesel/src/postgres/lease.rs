use std::time::Duration;

use diesel_async::pooled_connection::deadpool::Object;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};
use tokio::runtime::Handle;
use tokio::time::timeout;

/// A connection on loan from the pool. When it is dropped without being given back, its user has gone away in the middle
/// of something.
pub(super) struct Lease {
    pooled: Option<Object<AsyncPgConnection>>,
    on_abandon: OnAbandon,
}

/// What becomes of a connection that is not given back.
pub(super) enum OnAbandon {
    /// It is closed: that ends a transaction.
    Close,
    /// It goes back when the statement under way has ended, or is closed when that takes too long.
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

    /// Gives back the connection, on which nothing is under way.
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
                    // Statements are answered in turn: when this one is, so is the one before it.
                    let ended = timeout(patience, pooled.batch_execute("")).await;
                    if !matches!(ended, Ok(Ok(()))) {
                        drop(Object::take(pooled));
                    }
                });
            }
        }
    }
}
