//! What happens in a conversation, as server-sent events.

use std::time::Duration;

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpResponse, get};
use async_stream::stream;
use belgie::Belgie;
use belgie::actix::{ApiError, CurrentUser};
use belgie::auth::AuthError;
use belgie::diesel::Id;
use serde::Serialize;
use serde_json::json;
use tokio::time::{interval, sleep};

use super::Chat;

/// How often a silent stream says that it is alive, and asks whether the session is.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Sends each message of a conversation that is new or has changed. After `ready`, the client reads the history.
#[get("/conversations/{id}/stream")]
pub async fn watch(
    user: CurrentUser,
    id: Path<Id>,
    belgie: Data<Belgie>,
    chat: Chat,
) -> Result<HttpResponse, ApiError> {
    let conversation = chat.find(user.id, *id).await?.id;
    let mut messages = chat.shown.subscribe();
    let (authenticated, mut ticks) = (user.authenticated().clone(), interval(KEEP_ALIVE));
    let frames = stream! {
        yield frame("ready", &json!({}));
        loop {
            let time_left = authenticated.expires_at - belgie.auth().now();
            let next = tokio::select! {
                () = sleep(time_left.to_std().unwrap_or_default()) => break,
                // A session may end early. A database that does not answer ends none.
                _ = ticks.tick() => match belgie.auth().sessions().authenticate_again(&authenticated).await {
                    Err(AuthError::NotAuthenticated | AuthError::SessionExpired) => break,
                    Ok(_) | Err(_) => Ok(Bytes::from_static(b": alive\n\n")),
                },
                message = messages.recv() => match message {
                    Ok(message) if message.conversation_id == conversation => frame("message", &*message),
                    Ok(_) => continue,
                    Err(_) => return, // too slow: the client comes again and reads the history
                },
            };
            yield next;
        }
        yield frame("end", &json!({"code": "session_expired"}));
    };
    let mut response = HttpResponse::Ok();
    Ok(response.content_type("text/event-stream").streaming(frames))
}

/// JSON is written without line breaks, so that it fits in one line of data.
fn frame(event: &str, data: &impl Serialize) -> serde_json::Result<Bytes> {
    let data = serde_json::to_string(data)?;
    Ok(Bytes::from(format!("event: {event}\ndata: {data}\n\n")))
}
