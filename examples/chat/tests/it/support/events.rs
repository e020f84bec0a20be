use std::pin::Pin;
use std::time::Duration;

use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt as _};
use serde_json::Value;
use tokio::time::timeout;

/// Server-sent events, as a client reads them.
pub(crate) struct Events {
    body: Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>>>>,
    read: String,
}

const PATIENCE: Duration = Duration::from_secs(30);

impl Events {
    pub(crate) fn of(response: reqwest::Response) -> Self {
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let body = Box::pin(response.bytes_stream());
        let read = String::new();
        Self { body, read }
    }

    /// Returns the next event and its data; `None` when the stream has ended as it should.
    pub(crate) async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            while let Some((frame, rest)) = self.read.split_once("\n\n") {
                let (frame, rest) = (frame.to_owned(), rest.to_owned());
                self.read = rest;
                if let Some((event, data)) = frame.split_once('\n') {
                    let event = event.strip_prefix("event: ").unwrap().to_owned();
                    let data = data.strip_prefix("data: ").unwrap();
                    return Some((event, serde_json::from_str(data).unwrap()));
                }
                assert_eq!(frame, ": alive");
            }
            let bytes = timeout(PATIENCE, self.body.next()).await.unwrap()?;
            self.read += std::str::from_utf8(&bytes.unwrap()).unwrap();
        }
    }

    /// Reads on to the first event with this name.
    pub(crate) async fn find(&mut self, name: &str) -> Value {
        loop {
            let (event, data) = self.next().await.expect("the stream goes on");
            if event == name {
                return data;
            }
        }
    }

    /// Reads on to the message with this id in a state.
    pub(crate) async fn message(&mut self, id: &Value, state: &str) -> Value {
        loop {
            let message = self.find("message").await;
            if message["id"] == *id && message["state"] == state {
                return message;
            }
        }
    }
}
