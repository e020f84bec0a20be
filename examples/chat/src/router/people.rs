use actix_web::web::{Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse, get, patch};
use belgie::actix::{ApiError, Client, Fresh, RequireAdmin};
use belgie::diesel::Id;

use super::paging::{answer, page};
use crate::model::PersonChange;
use crate::service::People;

type Answer = Result<HttpResponse, ApiError>;

#[get("/people")]
pub async fn list(_admin: RequireAdmin, asked: HttpRequest, people: Data<People>) -> Answer {
    answer("people", people.list(page(&asked)?).await)
}

/// By cookie or session token: an access token does not prove that somebody has just signed in.
#[patch("/people/{id}")]
pub async fn change(
    admin: RequireAdmin,
    _fresh: Fresh,
    client: Client,
    id: Path<Id>,
    change: Json<PersonChange>,
    people: Data<People>,
) -> Answer {
    let person = people
        .change(admin.authenticated(), &client, *id, &change)
        .await?;
    Ok(HttpResponse::Ok().json(person))
}
