use belgie_ports::{BoxFuture, StoreError};
use diesel::SqliteConnection;

/// Runs look-ups: the store, on connections of its own, and a transaction, on its own connection.
pub(super) trait Query {
    /// Runs one query by key.
    fn look_up<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, StoreError>>;

    /// Runs the query of a session check, which is far more frequent than others.
    fn check<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, StoreError>> {
        self.look_up(query)
    }

    /// Runs one query that may read many rows.
    fn list<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, StoreError>>;
}
