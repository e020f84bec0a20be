//! The routes below `/api`: from HTTP to the services and back.

mod conversations;
mod messages;
mod paging;
mod people;
mod watch;

use actix_web::web::{Data, JsonConfig, PathConfig, ServiceConfig, scope, to};
use belgie::Belgie;
use belgie::actix::{ApiError, Code, Problem};

use crate::model::MAX_TEXT;
use crate::service::{Conversations, Live, People};

/// Each byte of a text may be written as `\u0000`.
const MAX_BODY: usize = 6 * MAX_TEXT + 1024;

/// Returns the routes, to be configured after Belgie's: its `/api/me` lies below `/api`, too.
pub fn routes(
    belgie: &Belgie,
    conversations: &Conversations,
    people: &People,
    live: &Live,
) -> impl FnOnce(&mut ServiceConfig) + use<> {
    let json = JsonConfig::default()
        .limit(MAX_BODY)
        .error_handler(ApiError::of_input);
    let path = PathConfig::default().error_handler(ApiError::of_input);
    let api = scope("/api")
        .app_data(json)
        .app_data(path)
        .app_data(Data::new(belgie.clone()))
        .app_data(Data::new(conversations.clone()))
        .app_data(Data::new(people.clone()))
        .app_data(Data::new(live.clone()))
        .service((conversations::list, conversations::create))
        .service((
            messages::list,
            messages::send,
            messages::retry,
            watch::watch,
        ))
        .service((people::list, people::change))
        .default_service(to(async || {
            Err::<String, _>(ApiError::from(Problem::new(Code::NotFound)))
        }))
        .wrap(belgie.actix().cors());
    |config| {
        config.service(api);
    }
}
