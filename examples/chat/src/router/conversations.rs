use actix_web::web::{Json, Path, Query};
use actix_web::{HttpResponse, get, post};
use belgie::actix::{ApiError, CurrentUser};
use belgie::diesel::Id;
use serde::Deserialize;

use super::{Chat, List};
use crate::model::{Conversation, Message, Page};

type Created = Result<HttpResponse, ApiError>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewMessage {
    /// Chosen by the client, so that it can safely send the message again.
    id: Option<Id>,
    text: String,
}

#[get("/conversations")]
pub async fn list(user: CurrentUser, page: Query<Page<Id>>, chat: Chat) -> List<Conversation> {
    Ok(Json(chat.list(user.id, *page).await?))
}

#[post("/conversations")]
pub async fn create(user: CurrentUser, chat: Chat) -> Created {
    Ok(HttpResponse::Created().json(chat.create(user.id).await?))
}

#[get("/conversations/{id}/messages")]
pub async fn messages(
    user: CurrentUser,
    id: Path<Id>,
    page: Query<Page<i64>>,
    chat: Chat,
) -> List<Message> {
    Ok(Json(chat.messages(user.id, *id, *page).await?))
}

#[post("/conversations/{id}/messages")]
pub async fn send(user: CurrentUser, to: Path<Id>, new: Json<NewMessage>, chat: Chat) -> Created {
    let NewMessage { id, text } = new.into_inner();
    let message = Message::new(*to, false, text);
    let id = id.unwrap_or(message.id);
    let sent = chat.send(user.id, Message { id, ..message }).await?;
    Ok(HttpResponse::Created().json(sent))
}
