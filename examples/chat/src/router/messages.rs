use actix_web::web::{Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use belgie::actix::{ApiError, CurrentUser};
use belgie::diesel::Id;
use serde::Deserialize;
use serde_json::json;

use super::paging::{answer, page};
use crate::service::{Conversations, Delivery};

type Answer = Result<HttpResponse, ApiError>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewMessage {
    id: Option<Id>,
    text: String,
}

#[get("/conversations/{id}/messages")]
pub async fn list(
    user: CurrentUser,
    id: Path<Id>,
    asked: HttpRequest,
    chat: Data<Conversations>,
) -> Answer {
    answer("messages", chat.messages(user.id, *id, page(&asked)?).await)
}

#[post("/conversations/{id}/messages")]
pub async fn send(
    user: CurrentUser,
    conversation: Path<Id>,
    new: Json<NewMessage>,
    chat: Data<Conversations>,
) -> Answer {
    let NewMessage { id, text } = new.into_inner();
    let (delivery, [message, answer]) = chat.send(user.id, *conversation, id, text).await?;
    let mut response = match delivery {
        Delivery::First => HttpResponse::Created(),
        Delivery::Again => HttpResponse::Ok(),
    };
    Ok(response.json(json!({"message": message, "answer": answer})))
}

#[post("/conversations/{id}/messages/{message}/retry")]
pub async fn retry(user: CurrentUser, ids: Path<(Id, Id)>, chat: Data<Conversations>) -> Answer {
    let answer = chat.retry(user.id, ids.0, ids.1).await?;
    Ok(HttpResponse::Accepted().json(answer))
}
