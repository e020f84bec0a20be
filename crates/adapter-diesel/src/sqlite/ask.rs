use belgie_ports::{BoxFuture, StoreError};
use diesel::SqliteConnection;

/// What look-ups can be made of: the store, on connections of its own for them, and a transaction, on its connection.
pub(super) trait Ask {
    /// Runs one query by key.
    fn look_up<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, StoreError>>;

    /// Runs one query that may read many rows.
    fn list<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, StoreError>>;
}
