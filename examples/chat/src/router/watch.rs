//! What happens in a conversation, as server-sent events.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpResponse, get};
use belgie::Belgie;
use belgie::actix::{ApiError, CurrentUser};
use belgie::auth::{AuthError, Authenticated};
use belgie::diesel::Id;
use futures_util::stream::unfold;
use serde_json::{Value, json};
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio::time::{Interval, interval, sleep};
use tokio_util::sync::CancellationToken;

use crate::service::{Conversations, Live, LiveEvent};

/// How often a silent stream says that it is alive, and asks whether the session is.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

#[get("/conversations/{id}/stream")]
pub async fn watch(
    user: CurrentUser,
    id: Path<Id>,
    belgie: Data<Belgie>,
    chat: Data<Conversations>,
    live: Data<Live>,
) -> Result<HttpResponse, ApiError> {
    let (drafts, events) = live.watch(chat.find(user.id, *id).await?.id);
    let mut watch = Watch {
        frames: VecDeque::from([frame("ready", &json!({}))]),
        has_ended: false,
        events,
        ticks: interval(KEEP_ALIVE),
        shutdown: live.shutdown.clone(),
        authenticated: user.authenticated().clone(),
        belgie,
    };
    drafts.into_iter().for_each(|draft| watch.show(draft));
    let frames = unfold(watch, async |mut watch| {
        Some((Ok::<_, Infallible>(watch.next().await?), watch))
    });
    let mut response = HttpResponse::Ok();
    response
        .content_type("text/event-stream")
        .insert_header(("cache-control", "no-store"));
    Ok(response.streaming(frames))
}

/// A stream, and whom it is for.
struct Watch {
    /// What can be sent now.
    frames: VecDeque<Bytes>,
    has_ended: bool,
    events: Receiver<LiveEvent>,
    ticks: Interval,
    shutdown: CancellationToken,
    authenticated: Authenticated,
    belgie: Data<Belgie>,
}

impl Watch {
    async fn next(&mut self) -> Option<Bytes> {
        while self.frames.is_empty() && !self.has_ended {
            let time_left = self.authenticated.expires_at - self.belgie.auth().now();
            tokio::select! {
                biased;
                () = self.shutdown.cancelled() => self.end("shutdown"),
                () = sleep(time_left.to_std().unwrap_or_default()) => self.end("session_expired"),
                _ = self.ticks.tick() => self.keep_alive().await,
                event = self.events.recv() => match event {
                    Ok(event) => self.show(event),
                    // Too slow: the client reads the history again.
                    Err(RecvError::Lagged(_)) => self.frames.push_back(frame("ready", &json!({}))),
                    Err(RecvError::Closed) => self.end("shutdown"),
                },
            }
        }
        self.frames.pop_front()
    }

    fn show(&mut self, event: LiveEvent) {
        self.frames.push_back(match event {
            LiveEvent::Message(message) => frame("message", &json!(message)),
            LiveEvent::Delta(id, text) => frame("delta", &json!({"id": id, "text": &*text})),
        });
    }

    /// Ends the stream when the session has ended, or its user was disabled. A database that does not answer ends none.
    async fn keep_alive(&mut self) {
        let sessions = self.belgie.auth().sessions();
        match sessions.authenticate_again(&self.authenticated).await {
            Err(AuthError::NotAuthenticated | AuthError::SessionExpired) => {
                self.end("session_expired");
            }
            Ok(_) | Err(_) => self.frames.push_back(Bytes::from_static(b": alive\n\n")),
        }
    }

    fn end(&mut self, code: &str) {
        self.frames.push_back(frame("end", &json!({"code": code})));
        self.has_ended = true;
    }
}

/// JSON is written without line breaks, so that it fits in one line of data.
fn frame(event: &str, data: &Value) -> Bytes {
    Bytes::from(format!("event: {event}\ndata: {data}\n\n"))
}
