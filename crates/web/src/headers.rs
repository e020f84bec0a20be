use crate::header_name::HeaderName;

/// The headers of a request, read in place from the framework's own type.
pub trait Headers: Sync {
    /// Calls `visit` with each line of this name, in order.
    fn each<'h>(&'h self, name: HeaderName, visit: &mut dyn FnMut(&'h [u8]));

    /// Returns the size of the whole header section in bytes, as HTTP/1.1 writes it.
    fn size(&self) -> usize;
}

/// The lines of a request under one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeaderLines<'h> {
    /// No line.
    None,
    /// One line.
    One(&'h [u8]),
    /// Several lines.
    Several,
}

impl<'h> HeaderLines<'h> {
    /// Reads the lines of a name.
    pub(crate) fn of(headers: &'h dyn Headers, name: HeaderName) -> Self {
        let mut given = Self::None;
        headers.each(name, &mut |line| {
            given = match given {
                Self::None => Self::One(line),
                Self::One(_) | Self::Several => Self::Several,
            };
        });
        given
    }
}

/// Returns the first line of a name.
pub(crate) fn first(headers: &dyn Headers, name: HeaderName) -> Option<&[u8]> {
    let mut first = None;
    headers.each(name, &mut |line| {
        first.get_or_insert(line);
    });
    first
}

/// Returns the first line of a name if it is visible ASCII.
pub(crate) fn first_text(headers: &dyn Headers, name: HeaderName) -> Option<&str> {
    text(first(headers, name)?)
}

/// Returns whether there is a line of this name.
pub(crate) fn contains(headers: &dyn Headers, name: HeaderName) -> bool {
    first(headers, name).is_some()
}

/// Returns a line as text if it consists of visible ASCII, spaces and tabs (RFC 9110 §5.5).
pub(crate) fn text(line: &[u8]) -> Option<&str> {
    let is_plain = |byte: &u8| matches!(byte, b'\t' | b' '..=b'~');
    if line.iter().all(is_plain) {
        return std::str::from_utf8(line).ok();
    }
    None
}

/// Headers for tests.
impl<V: AsRef<[u8]> + Sync> Headers for Vec<(HeaderName, V)> {
    fn each<'h>(&'h self, name: HeaderName, visit: &mut dyn FnMut(&'h [u8])) {
        for (of, value) in self {
            if *of == name {
                visit(value.as_ref());
            }
        }
    }

    fn size(&self) -> usize {
        let line = |(name, value): &(HeaderName, V)| {
            name.as_str().len() + value.as_ref().len() + ": \r\n".len()
        };
        self.iter().map(line).sum()
    }
}
