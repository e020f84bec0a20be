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

const PATIENCE: Duration = Duration::from_secs(60);

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
        let event = timeout(PATIENCE, self.read_event()).await;
        event.expect("an event in time")
    }

    async fn read_event(&mut self) -> Option<(String, Value)> {
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
            let bytes = self.body.next().await?;
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

    /// Reads on to the answer with this id when a part of its text has come.
    pub(crate) async fn draft(&mut self, id: &Value) -> Value {
        let is_draft = |message: &Value| message["is_pending"] == true && message["text"] != "";
        self.answer(id, is_draft).await
    }

    /// Reads on to the answer with this id when no more of it is to come.
    pub(crate) async fn complete(&mut self, id: &Value) -> Value {
        self.answer(id, |message| message["is_pending"] == false)
            .await
    }

    async fn answer(&mut self, id: &Value, is: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.find("message").await;
            if message["id"] == *id && is(&message) {
                return message;
            }
        }
    }
}
