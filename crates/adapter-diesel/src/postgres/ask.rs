use std::marker::PhantomData;

use belgie_ports::{BoxFuture, StoreError};
use diesel_async::AsyncPgConnection;

/// Says that what a statement borrows (`'a`) outlives the loan of the connection (`'c`).
pub(super) type Within<'c, 'a> = PhantomData<&'c &'a ()>;

/// What statements can be made of: the store, each on a connection of its own, and a transaction, on its connection.
pub(super) trait Ask {
    /// Runs one statement.
    fn ask<'a, T: Send + 'a>(
        &'a self,
        statement: impl for<'c> FnOnce(
            &'c mut AsyncPgConnection,
            Within<'c, 'a>,
        ) -> BoxFuture<'c, Result<T, StoreError>>
        + Send
        + 'a,
    ) -> BoxFuture<'a, Result<T, StoreError>>;
}
