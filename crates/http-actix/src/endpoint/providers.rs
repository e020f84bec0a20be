use actix_web::HttpResponse;
use actix_web::web::Data;
use belgie_auth::ProviderSummary;
use serde_json::{Value, json};

use crate::web::{Web, sign_in_path};

/// `GET /auth/providers`
pub(crate) async fn list(web: Data<Web>) -> HttpResponse {
    let providers: Vec<_> = web.auth.providers().iter().map(shown).collect();
    HttpResponse::Ok().json(json!({ "providers": providers }))
}

fn shown(provider: &ProviderSummary) -> Value {
    json!({
        "id": provider.id.as_str(),
        "name": provider.name,
        "signin_url": sign_in_path(&provider.id),
    })
}
