use std::io::Write;
use std::sync::{Arc, Mutex};

use http::HeaderValue;
use tracing_subscriber::fmt::MakeWriter;

use crate::request::TestRequest;
use crate::site::Site;

/// What is logged on the thread of one test.
#[derive(Clone, Debug, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[actix_web::test]
async fn cfg_09_the_access_log_has_no_query_and_no_raw_control_characters() {
    let site = Site::new();
    // What logs for the first time just while a subscriber comes may never be asked again.
    site.send(TestRequest::get().uri("/api/me")).await;
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let request = TestRequest::get()
        .uri("/auth/provider/acme/callback?code=canary-code&state=canary-state")
        .insert_header(("user-agent", HeaderValue::from_bytes(b"a\tb\x80").unwrap()));

    let answer = site.send(request).await;

    let (log, id) = (log.text(), answer.header("x-request-id").unwrap());
    let line = log
        .lines()
        .find(|line| line.contains("belgie::access") && line.contains(id))
        .unwrap();
    for field in [
        "status=400",
        "path=\"/auth/provider/acme/callback\"",
        "method=GET",
    ] {
        assert!(line.contains(field), "{line}");
    }
    assert!(!log.contains("canary"));
    assert!(!line.contains('\t') && line.contains("\\t"), "{line}");
}
