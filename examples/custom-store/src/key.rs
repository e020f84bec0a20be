//! Keys whose bytes sort like the values they represent.

use std::ops::Bound;

use chrono::{DateTime, Utc};

/// A range of a table's keys.
#[derive(Debug)]
pub(crate) struct Span {
    from: Bound<Vec<u8>>,
    to: Bound<Vec<u8>>,
}

impl Span {
    /// All keys.
    pub(crate) fn all() -> Self {
        let (from, to) = (Bound::Unbounded, Bound::Unbounded);
        Self { from, to }
    }

    /// The keys with this prefix.
    pub(crate) fn of(beginning: &[u8]) -> Self {
        let from = Bound::Included(beginning.to_vec());
        let to = successor(beginning);
        Self { from, to }
    }

    /// The keys with this prefix, and all before them.
    pub(crate) fn until(beginning: &[u8]) -> Self {
        let (from, to) = (Bound::Unbounded, successor(beginning));
        Self { from, to }
    }

    /// The keys after this one.
    pub(crate) fn after(key: &[u8]) -> Self {
        let (from, to) = (Bound::Excluded(key.to_vec()), Bound::Unbounded);
        Self { from, to }
    }

    /// This key, and all after it.
    pub(crate) fn from(key: &[u8]) -> Self {
        let (from, to) = (Bound::Included(key.to_vec()), Bound::Unbounded);
        Self { from, to }
    }

    /// Restricts the range to keys before this one.
    pub(crate) fn before(self, key: &[u8]) -> Self {
        let to = Bound::Excluded(key.to_vec());
        Self { to, ..self }
    }

    pub(crate) fn bounds(&self) -> (Bound<&[u8]>, Bound<&[u8]>) {
        let from = self.from.as_ref().map(Vec::as_slice);
        let to = self.to.as_ref().map(Vec::as_slice);
        (from, to)
    }
}

/// Joins the parts of a key. Each part but the last must have a fixed length, or end with a byte that it cannot
/// contain.
pub(crate) fn joined<const N: usize>(parts: [&[u8]; N]) -> Vec<u8> {
    parts.concat()
}

/// Whole microseconds since 1970, with the sign bit inverted so that earlier times have smaller bytes.
pub(crate) fn time(at: DateTime<Utc>) -> [u8; 8] {
    (at.timestamp_micros() ^ i64::MIN).to_be_bytes()
}

/// Returns the end of the range of keys with this prefix.
fn successor(beginning: &[u8]) -> Bound<Vec<u8>> {
    let mut next = beginning.to_vec();
    while let Some(last) = next.pop() {
        if last < u8::MAX {
            next.push(last + 1);
            return Bound::Excluded(next);
        }
    }
    Bound::Unbounded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_sort_as_their_bytes_do() {
        let times = ["1900-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z"];
        let later = ["1970-01-01T00:00:00Z", "2026-01-01T00:00:00.000001Z"];
        let keys = times.into_iter().chain(later);
        let keys: Vec<_> = keys.map(|text| time(text.parse().unwrap())).collect();

        assert!(keys.is_sorted_by(|earlier, later| earlier < later));
    }

    #[test]
    fn a_span_ends_after_the_last_key_that_begins_so() {
        assert_eq!(successor(&[1, 2]), Bound::Excluded(vec![1, 3]));
        assert_eq!(successor(&[1, 0xff, 0xff]), Bound::Excluded(vec![2]));
        assert_eq!(successor(&[0xff, 0xff]), Bound::Unbounded);
    }
}
