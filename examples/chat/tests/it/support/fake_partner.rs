use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::{Bytes, Data, Json, Path, post};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use chat::settings::Settings;
use futures_util::StreamExt as _;
use futures_util::stream::{iter, once, pending};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// An endpoint like OpenAI's, with a behaviour for each path.
pub(crate) struct FakePartner {
    url: String,
    asked: UnboundedReceiver<Value>,
    end: Arc<Notify>,
}

impl FakePartner {
    pub(crate) fn start() -> Self {
        let (sender, asked) = unbounded_channel();
        let (sender, end) = (Data::new(sender), Arc::new(Notify::new()));
        let waited_for = Data::from(Arc::clone(&end));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(sender.clone())
                .app_data(waited_for.clone())
                .route("/{kind}/chat/completions", post().to(answer))
        });
        let server = server.workers(1).disable_signals().bind("127.0.0.1:0");
        let server = server.unwrap();
        let url = format!("http://{}", server.addrs()[0]);
        actix_web::rt::spawn(server.run());
        Self { url, asked, end }
    }

    /// Has a chat with these settings ask a partner that behaves like this.
    pub(crate) fn answer(&self, settings: &mut Settings, behaves: &str) {
        settings.partner_url = Some(format!("{}/{behaves}/", self.url));
        settings.partner_key = Some("the key".to_owned());
        settings.partner_model = "the model".to_owned();
    }

    /// Returns the body of the next request.
    pub(crate) async fn asked(&mut self) -> Value {
        self.asked.recv().await.unwrap()
    }

    /// Lets an answer that waits go on to its end.
    pub(crate) fn end_answer(&self) {
        self.end.notify_one();
    }
}

async fn answer(
    request: HttpRequest,
    behaviour: Path<String>,
    body: Json<Value>,
    asked: Data<UnboundedSender<Value>>,
    end: Data<Notify>,
) -> HttpResponse {
    let key = request.headers().get("authorization");
    assert_eq!(key.unwrap(), "Bearer the key");
    // A test that does not listen has dropped the other end.
    let _ = asked.send(body.into_inner());
    let part = |text: &str| {
        let chunk = json!({"choices": [{"delta": {"content": text}}]});
        format!("data: {chunk}\n\n")
    };
    let parts = match behaviour.as_str() {
        "refuses" => return HttpResponse::InternalServerError().body("<b>secret</b>"),
        "babbles" => vec![part("One "), "data: {\"choices\": 7}\n\n".to_owned()],
        "says-nothing" => vec!["<html>".to_owned()],
        "waits" => vec![part("One ")],
        "rambles" => vec![part(&"x".repeat(30_000)); 3],
        _ => vec![
            "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\r\n\r\n: hm\n\nda"
                .to_owned(),
            "ta: {\"choices\":[{\"delta\":{\"content\":\"Grüße\"}}]}\n\n".to_owned(),
            part(", \0"),
            part("Welt."),
            "data: [DONE]\n\n".to_owned(),
        ],
    };
    let parts = iter(parts).then(async |part| {
        tokio::time::sleep(Duration::from_millis(60)).await;
        Ok::<_, Infallible>(Bytes::from(part))
    });
    let mut response = HttpResponse::Ok();
    match behaviour.as_str() {
        "waits" => {
            let two = Bytes::from(part("two."));
            let last = once(async move {
                end.notified().await;
                Ok(two)
            });
            response.streaming(Box::pin(parts.chain(last)))
        }
        "stalls" => response.streaming(Box::pin(parts.take(2).chain(pending()))),
        _ => response.streaming(Box::pin(parts)),
    }
}
