use super::JSON;
use crate::call::Call;
use crate::reply::Reply;
use crate::view::{AccountView, AccountsView};
use crate::web::Answer;

/// `GET /auth/accounts`
pub(crate) async fn list(call: Call<'_>) -> Answer {
    let current = call.require().await?;
    let accounts = call.web.auth.accounts().list(current.user.id).await?;
    let view = AccountsView {
        accounts: accounts.iter().map(AccountView::from).collect(),
    };
    Ok(Reply::json(200, JSON, &view)?)
}
