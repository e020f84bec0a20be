use actix_web::HttpResponse;

use crate::extract::CurrentUser;
use crate::view::UserView;

/// `GET /api/me`
pub(crate) async fn show(user: CurrentUser) -> HttpResponse {
    HttpResponse::Ok().json(UserView::from(&*user))
}
