use belgie_ports::StoreError;
use redb::{
    ReadOnlyTable, ReadTransaction, ReadableTable, Table, TableDefinition, WriteTransaction,
};

use crate::error::store_error;
use crate::key::Span;
use crate::record::{Index, Record};

/// Look-ups, the same outside and inside a transaction, which sees its own changes.
pub(crate) trait Tables {
    /// A table of this transaction.
    type Table<'t>: ReadableTable<Bytes, Bytes>
    where
        Self: 't;

    /// Opens a table.
    fn table(&self, name: &str) -> Result<Self::Table<'_>, StoreError>;

    /// Returns the value with this key.
    fn find<T: Record>(&self, key: &[u8]) -> Result<Option<T>, StoreError> {
        let table = self.table(T::TABLE)?;
        let found = table.get(key).map_err(store_error)?;
        found.map(|row| read(row.value())).transpose()
    }

    /// Returns the value for this key of an index.
    fn find_by<T: Record>(&self, index: Index<T>, key: &[u8]) -> Result<Option<T>, StoreError> {
        let table = self.table(index.name)?;
        let found = table.get(key).map_err(store_error)?;
        found.map(|to| self.led_to(to.value())).transpose()
    }

    /// Returns the first values, in the order of their keys.
    fn page<T: Record>(&self, span: &Span, limit: usize) -> Result<Vec<T>, StoreError> {
        let table = self.table(T::TABLE)?;
        let rows = table.range::<&[u8]>(span.bounds()).map_err(store_error)?;
        rows.take(limit)
            .map(|row| read(row.map_err(store_error)?.1.value()))
            .collect()
    }

    /// Returns the last values, in reverse order.
    fn last_page<T: Record>(&self, span: &Span, limit: usize) -> Result<Vec<T>, StoreError> {
        let table = self.table(T::TABLE)?;
        let rows = table.range::<&[u8]>(span.bounds()).map_err(store_error)?;
        rows.rev()
            .take(limit)
            .map(|row| read(row.map_err(store_error)?.1.value()))
            .collect()
    }

    /// Returns the first values of an index, in its order.
    fn first<T: Record>(
        &self,
        index: Index<T>,
        span: &Span,
        limit: usize,
    ) -> Result<Vec<T>, StoreError> {
        let table = self.table(index.name)?;
        let entries = table.range::<&[u8]>(span.bounds()).map_err(store_error)?;
        entries
            .take(limit)
            .map(|entry| self.led_to(entry.map_err(store_error)?.1.value()))
            .collect()
    }

    /// Returns the last values of an index, in reverse order.
    fn last<T: Record>(
        &self,
        index: Index<T>,
        span: &Span,
        limit: usize,
    ) -> Result<Vec<T>, StoreError> {
        let table = self.table(index.name)?;
        let entries = table.range::<&[u8]>(span.bounds()).map_err(store_error)?;
        entries
            .rev()
            .take(limit)
            .map(|entry| self.led_to(entry.map_err(store_error)?.1.value()))
            .collect()
    }

    /// Returns the value that an index entry refers to.
    fn led_to<T: Record>(&self, key: &[u8]) -> Result<T, StoreError> {
        let missing = || StoreError::Corrupt(format!("an index leads nowhere in {}", T::TABLE));
        self.find(key)?.ok_or_else(missing)
    }
}

/// Keys and values are plain bytes, which redb compares lexicographically.
pub(crate) type Bytes = &'static [u8];

pub(crate) const fn definition(name: &str) -> TableDefinition<'_, Bytes, Bytes> {
    TableDefinition::new(name)
}

impl Tables for ReadTransaction {
    type Table<'t> = ReadOnlyTable<Bytes, Bytes>;

    fn table(&self, name: &str) -> Result<Self::Table<'_>, StoreError> {
        self.open_table(definition(name)).map_err(store_error)
    }
}

impl Tables for WriteTransaction {
    type Table<'t> = Table<'t, Bytes, Bytes>;

    fn table(&self, name: &str) -> Result<Self::Table<'_>, StoreError> {
        self.open_table(definition(name)).map_err(store_error)
    }
}

/// Parses a row. The error omits the reason, which could quote a secret.
pub(crate) fn read<T: Record>(row: &[u8]) -> Result<T, StoreError> {
    T::from_json(row).map_err(|_| StoreError::Corrupt(format!("a row of {}", T::TABLE)))
}
