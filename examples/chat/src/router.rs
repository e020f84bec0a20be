//! The routes below `/api`: from HTTP to the services and back.

mod conversations;
mod people;
mod watch;

use actix_web::middleware::DefaultHeaders;
use actix_web::web::{Data, Json, JsonConfig, PathConfig, QueryConfig, ServiceConfig, scope, to};
use belgie::Belgie;
use belgie::actix::{ApiError, Code, Problem};

use crate::model::{Listed, MAX_TEXT};
use crate::service::Conversations;

type Chat = Data<Conversations>;
type List<T> = Result<Json<Listed<T>>, ApiError>;

/// Adds the routes. Belgie's come first: its `/api/me` lies below `/api`, too.
pub fn configure(config: &mut ServiceConfig, belgie: &Belgie, chat: &Conversations) {
    // Each byte of a text may be written as `\u0000`.
    let json = JsonConfig::default().limit(6 * MAX_TEXT + 1024);
    let api = scope("/api")
        .app_data(json.error_handler(ApiError::of_input))
        .app_data(PathConfig::default().error_handler(ApiError::of_input))
        .app_data(QueryConfig::default().error_handler(ApiError::of_input))
        .app_data(Data::new(belgie.clone()))
        .app_data(Data::new(chat.clone()))
        .service((conversations::list, conversations::create))
        .service((conversations::messages, conversations::send, watch::watch))
        .service((people::list, people::change))
        .default_service(to(async || {
            Err::<String, _>(ApiError::from(Problem::new(Code::NotFound)))
        }))
        .wrap(DefaultHeaders::new().add(("cache-control", "no-store")))
        .wrap(belgie.actix().cors());
    config.service(api);
}
