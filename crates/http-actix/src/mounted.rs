use actix_web::HttpRequest;
use actix_web::web::Data;
use belgie_web::Web;

use crate::error::ApiError;

/// Returns the mounted web layer.
pub(crate) fn web_of(request: &HttpRequest) -> Result<&Data<Web>, ApiError> {
    request.app_data::<Data<Web>>().ok_or_else(|| {
        tracing::error!(
            path = request.path(),
            "a handler extracts the signed-in user, but Belgie's routes are not mounted: \
             call `App::configure(routes.auth())`"
        );
        ApiError::without_routes()
    })
}
