use std::error::Error as _;
use std::time::Duration;

use super::JSON;
use crate::call::Call;
use crate::code::Code;
use crate::error::Problem;
use crate::reply::Reply;
use crate::view::HealthView;
use crate::web::Answer;

/// How long the database may take to say that it is there: whoever sends requests here must learn within two seconds that
/// they would be in vain.
const PATIENCE: Duration = Duration::from_secs(1);

/// `GET /healthz`: the process lives.
pub(crate) fn alive() -> Answer {
    Ok(Reply::json(200, JSON, &HealthView::ok())?)
}

/// `GET /readyz`: it can serve. Not while it shuts down, so that no more is sent here.
pub(crate) async fn ready(call: Call<'_>) -> Answer {
    let unavailable = |detail| Problem::new(Code::Unavailable).with_detail(detail);
    if call.web.is_draining() {
        return Err(unavailable("The server is shutting down.").into());
    }
    call.web.auth.ready(PATIENCE).await.map_err(|error| {
        tracing::error!(%error, source = error.source(), "not ready");
        unavailable("The database does not answer.")
    })?;
    Ok(Reply::json(200, JSON, &HealthView::ok())?)
}
