use std::borrow::Cow;
use std::error::Error;
use std::fmt::{self, Debug, Write as _};

use belgie_domain::is_invisible;
use belgie_ports::with_causes;
use tracing::field::{Field, Visit};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::{FormatFields, Writer};

/// Formats fields as text in which line breaks, escape sequences and invisible characters are escaped: a log entry is
/// one line, whatever a user agent or a provider sends.
#[derive(Clone, Copy, Debug, Default)]
pub struct Encoded;

/// Returns the text on one line: every character that would control a terminal or hide something is escaped.
pub fn encoded(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if is_invisible(character) {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    Cow::Owned(line)
}

/// Returns whether nothing needs to be escaped, as in nearly every text.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// Returns a line of JSON in which the same characters are JSON escapes; they only occur inside its strings.
pub fn encoded_json(line: &str) -> String {
    let mut encoded = String::with_capacity(line.len());
    for character in line.chars() {
        if is_invisible(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(encoded, "\\u{unit:04x}");
            }
        } else {
            encoded.push(character);
        }
    }
    encoded
}

impl<'writer> FormatFields<'writer> for Encoded {
    fn format_fields<R: RecordFields>(
        &self,
        mut writer: Writer<'writer>,
        fields: R,
    ) -> fmt::Result {
        let mut line = Line(String::with_capacity(USUAL_LENGTH));
        fields.record(&mut line);
        writer.write_str(&line.0)
    }
}

/// The length of the fields of a request's span, of which there is one per request.
const USUAL_LENGTH: usize = 160;

/// The fields so far. Writing to a string cannot fail.
struct Line(String);

impl Line {
    fn add(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        let Self(line) = self;
        if !line.is_empty() {
            line.push(' ');
        }
        if field.name() != "message" {
            line.push_str(field.name());
            line.push('=');
        }
        let start = line.len();
        let _ = line.write_fmt(value);
        if let Cow::Owned(encoded) = encoded(&line[start..]) {
            line.replace_range(start.., &encoded);
        }
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.add(field, format_args!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => self.add(field, format_args!("{value}")),
            _ => self.record_debug(field, &value),
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.add(field, format_args!("{}", with_causes(value)));
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::fmt::MakeWriter;

    use super::*;

    #[derive(Clone, Default)]
    struct Captured(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Captured {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Captured {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    fn line_of(log: impl FnOnce()) -> String {
        let captured = Captured::default();
        let subscriber = tracing_subscriber::fmt()
            .fmt_fields(Encoded)
            .with_writer(captured.clone())
            .with_ansi(false)
            .without_time()
            .finish();
        tracing::subscriber::with_default(subscriber, log);
        let bytes = captured.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    const FORGED: &str =
        "curl\n2026 INFO signed in\r\x1b[2J\u{9b}31m\u{202e}\u{61c}\u{200b}\u{2060}\u{ad}\u{e0041}";

    #[test]
    fn cfg_08_no_field_breaks_the_line_or_reaches_the_terminal() {
        let line = line_of(|| {
            let _span = tracing::error_span!("request", agent = %FORGED).entered();
            tracing::error!(shown = %FORGED, debugged = ?FORGED, text = FORGED, "hello {FORGED}");
        });

        assert_eq!(line.matches('\n').count(), 1, "{line:?}");
        assert!(
            line.trim_end()
                .chars()
                .all(|character| !is_invisible(character)),
            "{line:?}"
        );
        assert!(line.contains("shown=curl\\n2026 INFO"), "{line}");
    }

    #[test]
    fn an_error_is_logged_with_its_causes() {
        let error = StoreFailure(io::Error::other("connection refused"));

        let line = line_of(|| tracing::error!(error = &error as &dyn Error, "no answer"));

        assert!(
            line.contains("no answer error=the store: connection refused"),
            "{line}"
        );
    }

    #[derive(Debug, thiserror::Error)]
    #[error("the store")]
    struct StoreFailure(#[source] io::Error);

    #[test]
    fn cfg_08_json_stays_json() {
        let json = serde_json::to_string(FORGED).unwrap();

        let encoded = encoded_json(&json);

        assert!(!encoded.chars().any(is_invisible), "{encoded}");
        assert_eq!(serde_json::from_str::<String>(&encoded).unwrap(), FORGED);
    }

    #[test]
    fn ordinary_text_stays_as_it_is() {
        assert_eq!(encoded("Zoë Müller — 東京 🦀"), "Zoë Müller — 東京 🦀");
    }
}
