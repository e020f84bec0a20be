use std::error::Error as _;
use std::time::Duration;

use super::JSON;
use crate::call::Call;
use crate::code::Code;
use crate::error::Problem;
use crate::reply::Reply;
use crate::text::detail;
use crate::view::HealthView;
use crate::web::Answer;

/// How long the database may take to respond. Load balancers usually expect an answer within two seconds.
const READY_TIMEOUT: Duration = Duration::from_secs(1);

/// `GET /healthz`: the process is running.
pub(crate) fn alive() -> Answer {
    Ok(Reply::json(200, JSON, &HealthView::ok())?)
}

/// `GET /readyz`: the server can handle requests. Fails during shutdown, so that load balancers stop sending requests.
pub(crate) async fn ready(call: Call<'_>) -> Answer {
    let unavailable = |detail| Problem::new(Code::Unavailable).with_detail(detail);
    if call.web.is_draining() {
        return Err(unavailable(detail::SHUTTING_DOWN).into());
    }
    call.web.auth.ready(READY_TIMEOUT).await.map_err(|error| {
        tracing::error!(%error, source = error.source(), "not ready");
        unavailable(detail::DATABASE_DOWN)
    })?;
    Ok(Reply::json(200, JSON, &HealthView::ok())?)
}
