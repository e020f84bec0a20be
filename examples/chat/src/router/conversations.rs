use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse, get, post};
use belgie::actix::{ApiError, CurrentUser};
use serde::Deserialize;

use super::paging::{answer, page};
use crate::service::Conversations;

type Answer = Result<HttpResponse, ApiError>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewConversation {
    title: Option<String>,
}

#[get("/conversations")]
pub async fn list(user: CurrentUser, asked: HttpRequest, chat: Data<Conversations>) -> Answer {
    answer("conversations", chat.list(user.id, page(&asked)?).await)
}

#[post("/conversations")]
pub async fn create(
    user: CurrentUser,
    new: Json<NewConversation>,
    chat: Data<Conversations>,
) -> Answer {
    let created = chat.create(user.id, new.title.as_deref()).await?;
    Ok(HttpResponse::Created().json(created))
}
