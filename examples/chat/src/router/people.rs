use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpResponse, get, patch};
use belgie::actix::{ApiError, Client, Fresh, Problem, RequireAdmin};
use belgie::diesel::Id;
use belgie::{Belgie, Role};
use serde::Deserialize;

use super::{Chat, List};
use crate::model::{Page, Person};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    role: Option<String>,
    is_active: Option<bool>,
}

#[get("/people")]
pub async fn list(_admin: RequireAdmin, page: Query<Page<Id>>, chat: Chat) -> List<Person> {
    Ok(Json(chat.people(*page).await?))
}

/// Acts at that person's next request. An access token does not prove that the admin has just signed in.
#[patch("/people/{id}")]
pub async fn change(
    admin: RequireAdmin,
    _fresh: Fresh,
    client: Client,
    id: Path<Id>,
    change: Json<Change>,
    belgie: Data<Belgie>,
) -> Result<HttpResponse, ApiError> {
    let users = belgie.auth().admin(admin.authenticated(), &client)?;
    if let Some(role) = &change.role {
        let role = role.parse::<Role>();
        let role = role.map_err(|_| Problem::invalid("this is no role"))?;
        users.set_role((*id).into(), role).await?;
    }
    match change.is_active {
        Some(true) => drop(users.enable((*id).into()).await?),
        Some(false) => drop(users.disable((*id).into()).await?),
        None => {}
    }
    Ok(HttpResponse::NoContent().finish())
}
