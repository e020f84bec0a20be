use std::num::NonZeroU8;

use serde::{Deserialize, Serialize};

/// Which part of a list: what comes after a row that was seen (keyset pagination), and how much of it: 50 rows by default.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Page<C> {
    pub cursor: Option<C>,
    pub limit: Option<NonZeroU8>,
}

/// A part of a list, and where the next one begins.
#[derive(Clone, Debug, Serialize)]
pub struct Listed<T> {
    pub items: Vec<T>,
    pub next_cursor: Option<String>,
}

impl<C> Page<C> {
    /// How many rows to read: one more than wanted tells whether there are more.
    pub fn rows(&self) -> i64 {
        i64::from(self.limit.map_or(50, NonZeroU8::get)) + 1
    }

    /// Makes a part of the list of the rows that were read.
    pub fn listed<T, K: ToString>(&self, mut items: Vec<T>, key: fn(&T) -> K) -> Listed<T> {
        let has_more = items.len() as i64 == self.rows();
        items.truncate(items.len() - usize::from(has_more));
        let last = items.last().filter(|_| has_more);
        let next_cursor = last.map(|item| key(item).to_string());
        Listed { items, next_cursor }
    }
}
