use std::future::{Ready, ready};

use actix_web::{Route, web};

use super::Answer;
use crate::error::{ApiError, ErrorCode};

/// Answers what no route is for.
pub(crate) async fn not_found() -> Answer {
    Err(ApiError::new(ErrorCode::NotFound))
}

/// Answers methods that a resource does not take, and names those that it does.
pub(crate) fn method_not_allowed(methods: &'static str) -> Route {
    web::to(move || -> Ready<Answer> {
        ready(Err(
            ApiError::new(ErrorCode::MethodNotAllowed).with_allow(methods)
        ))
    })
}
