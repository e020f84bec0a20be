use super::JSON;
use crate::call::Call;
use crate::reply::Reply;
use crate::view::{ProviderView, ProvidersView};
use crate::web::Answer;

/// `GET /auth/providers`
pub(crate) fn list(call: Call<'_>) -> Answer {
    let summaries = call.web.auth.providers();
    let shown = summaries.iter().map(|provider| ProviderView {
        id: provider.id.as_str(),
        name: &provider.name,
        signin_url: call.web.sign_in_with(&provider.id, None),
    });
    let view = ProvidersView {
        providers: shown.collect(),
    };
    Ok(Reply::json(200, JSON, &view)?)
}
