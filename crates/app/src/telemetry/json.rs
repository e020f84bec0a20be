use std::io::{self, Write};

use tracing_subscriber::fmt::MakeWriter;

use super::encoded_json;

/// Escapes lines of JSON: JSON itself allows many characters that a terminal interprets or a reader cannot see.
#[derive(Clone, Debug)]
pub(super) struct EncodedLines<W>(W);

impl<W> EncodedLines<W> {
    /// Creates a writer that passes the lines on.
    pub(super) fn to(writer: W) -> Self {
        Self(writer)
    }
}

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for EncodedLines<W> {
    type Writer = EncodedLines<W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        EncodedLines(self.0.make_writer())
    }
}

impl<W: Write> Write for EncodedLines<W> {
    /// Takes whole lines, as the subscriber writes them.
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(lines);
        let encoded: Vec<String> = text.split('\n').map(encoded_json).collect();
        self.0.write_all(encoded.join("\n").as_bytes())?;
        Ok(lines.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use serde_json::Value;

    use super::*;

    #[test]
    fn cfg_08_json_logs_hold_nothing_that_a_terminal_obeys() {
        let forged = "curl\n2026 INFO\r\u{1b}[2J\u{7f}\u{9b}31m\u{85}\u{2028}\u{202e}\u{feff}";
        let captured = Arc::new(Mutex::new(Vec::new()));
        let subscriber = tracing_subscriber::fmt()
            .json()
            .with_writer(EncodedLines::to(Mutex::new(Captured(Arc::clone(
                &captured,
            )))))
            .flatten_event(true)
            .finish();

        tracing::subscriber::with_default(subscriber, || {
            let _span = tracing::error_span!("request", agent = forged).entered();
            tracing::error!(shown = %forged, "hello {forged}");
        });

        let text = String::from_utf8(captured.lock().unwrap().clone()).unwrap();
        let line = text.strip_suffix('\n').unwrap();
        let seen = |character: char| {
            !character.is_control() && !"\u{2028}\u{202e}\u{feff}".contains(character)
        };
        assert!(line.chars().all(seen), "{line:?}");
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["shown"], forged);
        assert_eq!(line["span"]["agent"], forged);
    }

    struct Captured(Arc<Mutex<Vec<u8>>>);

    impl Write for Captured {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
}
