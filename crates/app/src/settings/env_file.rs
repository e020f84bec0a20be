//! Parses `.env`. The parser's errors quote the offending line, which may contain a secret, so we report the line
//! number instead.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;

use super::{SettingError, file};

/// Reads the variables of a file. If a name occurs more than once, the last one counts.
pub(super) fn read(path: &Path) -> Result<BTreeMap<String, String>, SettingError> {
    let wrong = |problem: String| SettingError::of_variable(path.display().to_string(), problem);
    let mut text = match file::read(path, MAX_BYTES) {
        Ok(Some(text)) => text,
        Ok(None) => return Err(wrong("is too large for a file of settings".to_owned())),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            return Err(wrong("is not valid UTF-8".to_owned()));
        }
        Err(error) => return Err(wrong(format!("cannot be read: {error}"))),
    };
    text.push('\n');
    parse(&text)
        .map_err(|(line, reason)| wrong(format!("cannot be understood at line {line}: {reason}")))
}

/// Parses the text of the file; the error has the number of the invalid line, and the reason.
fn parse(text: &str) -> Result<BTreeMap<String, String>, (usize, &'static str)> {
    let text = text.trim_start_matches('\u{feff}');
    let line = Cell::new(0);
    let lines = Lines {
        rest: text.as_bytes(),
        line: &line,
    };
    let mut variables = BTreeMap::new();
    for item in dotenvy::from_read_iter(lines) {
        match item {
            Ok((_, value)) if value.is_empty() && is_cut_off(text, line.get()) => {
                return Err((line.get(), CUT_OFF));
            }
            Ok((name, value)) => variables.insert(name, value),
            Err(dotenvy::Error::LineParse(read, _)) => {
                let read = read.strip_suffix('\n').unwrap_or(&read);
                let further = read.matches('\n').count();
                let line = line.get().saturating_sub(further).max(1);
                let text = text.lines().nth(line - 1).unwrap_or_default();
                return Err((line, reason(text)));
            }
            Err(_) => return Err((line.get(), MALFORMED)),
        };
    }
    Ok(variables)
}

/// Returns whether a value begins with `#`, such as a colour, which the parser takes for a comment.
fn is_cut_off(text: &str, line: usize) -> bool {
    let line = text.lines().nth(line.saturating_sub(1));
    let assigned = line.and_then(|line| line.split_once('='));
    assigned.is_some_and(|(_, value)| value.starts_with('#'))
}

/// Returns why a line is invalid.
fn reason(line: &str) -> &'static str {
    let Some((_, value)) = line.split_once('=') else {
        return MALFORMED;
    };
    let value = value.trim();
    match value.chars().next() {
        Some(quote @ ('"' | '\'')) if !value[1..].contains(quote) => {
            "a quote is opened and not closed"
        }
        Some(first) if !matches!(first, '"' | '\'') && value.contains(char::is_whitespace) => {
            "a value with spaces needs quotes"
        }
        _ => MALFORMED,
    }
}

/// The maximum size of the file, in bytes.
const MAX_BYTES: u64 = 1024 * 1024;

const CUT_OFF: &str = "a value that begins with # needs quotes";
const MALFORMED: &str = "it is not of the form NAME=VALUE";

/// Passes the parser one line at a time, to know how far it has come.
struct Lines<'a> {
    rest: &'a [u8],
    line: &'a Cell<usize>,
}

impl Read for Lines<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let end = self.rest.iter().position(|byte| *byte == b'\n');
        let line_length = end.map_or(self.rest.len(), |end| end + 1);
        let length = line_length.min(buffer.len());
        buffer[..length].copy_from_slice(&self.rest[..length]);
        if end.is_some() && length == line_length {
            self.line.set(self.line.get() + 1);
        }
        self.rest = &self.rest[length..];
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_comments_and_exports_are_understood() {
        let text = "\u{feff}# a comment\nexport BELGIE_BIND=127.0.0.1:1\n\nBELGIE_APP_NAME=\"My App\" # more\nX='a$b'\nEMPTY= # none\nCOLOR='#0f766e'\n";

        let variables = parse(text).unwrap();

        assert_eq!(variables["BELGIE_BIND"], "127.0.0.1:1");
        assert_eq!(variables["BELGIE_APP_NAME"], "My App");
        assert_eq!(variables["X"], "a$b");
        assert_eq!(variables["EMPTY"], "");
        assert_eq!(variables["COLOR"], "#0f766e");
    }

    #[test]
    fn an_error_is_the_number_of_its_line_and_a_reason() {
        const QUOTE: &str = "a quote is opened and not closed";
        const SPACES: &str = "a value with spaces needs quotes";
        for (text, line, reason) in [
            ("this is nothing\n", 1, MALFORMED),
            ("A=1\nB=2\nBELGIE_SECRET hunter2\nC=3\n", 3, MALFORMED),
            ("A=1\n# B\nBELGIE_SECRET=\"hunter2\nC=3\nD=4\n", 3, QUOTE),
            ("A=1\nB='it is\n", 2, QUOTE),
            ("A=1\nBELGIE_APP_NAME=My App\n", 2, SPACES),
            ("A=1\nexport B=a=b c\n", 2, SPACES),
            ("1A=x\n", 1, MALFORMED),
            ("A=1\n\nBELGIE_APP_COLOR=#0f766e\nC=3\n", 3, CUT_OFF),
        ] {
            assert_eq!(parse(text), Err((line, reason)), "{text}");
        }
    }

    #[test]
    fn an_unclosed_quote_on_the_last_line_is_reported_at_an_existing_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        for ending in ["", "\n", "\r\n", "\n\n\n"] {
            std::fs::write(&path, format!("A=1\nBELGIE_SECRET=\"hunter2{ending}")).unwrap();

            let error = read(&path).unwrap_err().to_string();

            let expected = "at line 2: a quote is opened and not closed";
            assert!(error.ends_with(expected), "{ending:?}: {error}");
        }
    }

    #[test]
    fn a_file_without_end_is_refused() {
        let error = read(Path::new("/dev/zero")).unwrap_err().to_string();

        assert_eq!(error, "/dev/zero is too large for a file of settings");
    }

    #[test]
    fn cfg_02_an_error_does_not_show_the_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        std::fs::write(&path, "A=1\nBELGIE_SECRET hunter2\n").unwrap();

        let error = read(&path).unwrap_err().to_string();

        assert!(
            error
                .ends_with(".env cannot be understood at line 2: it is not of the form NAME=VALUE"),
            "{error}"
        );
    }
}
