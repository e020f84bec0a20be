use std::marker::PhantomData;

use belgie_ports::{BoxFuture, StoreError};
use diesel_async::AsyncPgConnection;

/// Asserts that what a statement borrows (`'a`) outlives the lease of the connection (`'c`).
pub(super) type Within<'c, 'a> = PhantomData<&'c &'a ()>;

/// Runs statements: the store, each on a connection from the pool, and a transaction, on its own connection.
pub(super) trait Query {
    /// Runs one statement.
    fn query<'a, T: Send + 'a>(
        &'a self,
        statement: impl for<'c> FnOnce(
            &'c mut AsyncPgConnection,
            Within<'c, 'a>,
        ) -> BoxFuture<'c, Result<T, StoreError>>
        + Send
        + 'a,
    ) -> BoxFuture<'a, Result<T, StoreError>>;

    /// Runs a statement that reads a row or two by a key, and may share its connection with others.
    fn look_up<'a, T: Send + 'a>(
        &'a self,
        statement: impl for<'c> Fn(&'c AsyncPgConnection) -> BoxFuture<'c, Result<T, StoreError>>
        + Send
        + Sync
        + 'a,
    ) -> BoxFuture<'a, Result<T, StoreError>> {
        self.query(move |db, _| statement(db))
    }
}
