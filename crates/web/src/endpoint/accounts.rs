use super::JSON;
use crate::call::Call;
use crate::reply::Reply;
use crate::view::{AccountView, AccountsView};
use crate::web::Answer;

/// `GET /auth/accounts`
pub(crate) async fn list(call: Call<'_>) -> Answer {
    let current = call.require().await?;
    let accounts = call.web.auth.accounts().list(current.user.id).await?;
    let has_password = call.web.auth.passwords().is_set(current.user.id).await?;
    let view = AccountsView {
        has_password,
        accounts: accounts.iter().map(AccountView::from).collect(),
    };
    Ok(Reply::json(200, JSON, &view)?)
}
