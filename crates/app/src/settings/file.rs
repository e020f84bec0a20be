//! Reads small files that may be pipes or devices, which have no length.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;

/// Returns the text of a file, or `None` if it is longer than `limit` bytes.
pub(super) fn read(path: &Path, limit: u64) -> io::Result<Option<String>> {
    let text = read_bytes(path, limit)?.map(String::from_utf8);
    text.transpose().map_err(|_| ErrorKind::InvalidData.into())
}

/// Returns the content of a file, or `None` if it is longer than `limit` bytes.
pub(super) fn read_bytes(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(Some(bytes).filter(|bytes| bytes.len() as u64 <= limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_the_limit_and_no_further() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "ää").unwrap();

        assert_eq!(read(&path, 4).unwrap().as_deref(), Some("ää"));
        assert_eq!(read(&path, 3).unwrap(), None);
        assert_eq!(read(Path::new("/dev/zero"), 3).unwrap(), None);
    }
}
