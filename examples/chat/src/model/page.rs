/// Which part of a list: what comes after a row that was seen (keyset pagination), and how much of it.
#[derive(Clone, Copy, Debug)]
pub struct Page<C> {
    pub after: Option<C>,
    pub limit: usize,
}

/// A part of a list, and where the next one begins.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    pub items: Vec<T>,
    pub next_cursor: Option<String>,
}

impl<C> Page<C> {
    /// How many rows to read: one more than wanted tells whether there are more.
    pub fn rows(&self) -> i64 {
        i64::try_from(self.limit).map_or(i64::MAX, |limit| limit.saturating_add(1))
    }

    /// Makes a part of the list of the rows that were read.
    pub fn listed<T, K: ToString>(&self, mut items: Vec<T>, key: fn(&T) -> K) -> Listed<T> {
        let has_more = items.len() > self.limit;
        items.truncate(self.limit);
        let last = items.last().filter(|_| has_more);
        Listed {
            next_cursor: last.map(|item| key(item).to_string()),
            items,
        }
    }
}
