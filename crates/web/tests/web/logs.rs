use std::io::Write;
use std::sync::{Mutex, PoisonError};

use http::HeaderValue;
use tracing_subscriber::fmt::MakeWriter;

use crate::request::TestRequest;
use crate::site::Site;

/// What all tests of this program log, gathered.
#[derive(Debug)]
struct Log(Mutex<Vec<u8>>);

static LOG: Log = Log(Mutex::new(Vec::new()));

impl Log {
    fn text(&self) -> String {
        let bytes = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        String::from_utf8(bytes).unwrap()
    }
}

impl Write for &Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for &'static Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self
    }
}

#[actix_web::test]
async fn cfg_09_the_access_log_has_no_query_and_no_raw_control_characters() {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(&LOG)
        .init();
    let site = Site::new();
    let request = TestRequest::get()
        .uri("/auth/provider/acme/callback?code=canary-code&state=canary-state")
        .insert_header(("user-agent", HeaderValue::from_bytes(b"a\tb\x80").unwrap()));

    let answer = site.send(request).await;

    let (log, id) = (LOG.text(), answer.header("x-request-id").unwrap());
    let line = log
        .lines()
        .find(|line| line.contains("belgie::access") && line.contains(id))
        .unwrap();
    for told in [
        "status=400",
        "path=\"/auth/provider/acme/callback\"",
        "method=GET",
    ] {
        assert!(line.contains(told), "{line}");
    }
    assert!(!log.contains("canary"));
    assert!(!line.contains('\t') && line.contains("\\t"), "{line}");
}
