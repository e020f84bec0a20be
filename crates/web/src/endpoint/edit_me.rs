use belgie_auth::{AuthError, Authenticated, Proof};
use belgie_domain::{InvalidName, ProfileEdit, User};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{JSON, credentials, password_form};
use crate::body::RequestBody;
use crate::call::Call;
use crate::error::Problem;
use crate::json_body;
use crate::notice::Notice;
use crate::page;
use crate::page::account::AccountForm;
use crate::page::sent_form::SentForm;
use crate::reply::Reply;
use crate::request_format::RequestFormat;
use crate::text::{Texts, detail};
use crate::view::UserView;
use crate::web::Answer;

/// The body of an edit: a field that is missing stays as it is, and `null` clears it. All others are ignored.
#[derive(Deserialize)]
struct Edit {
    #[serde(default, deserialize_with = "present")]
    name: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    image: Option<Value>,
}

/// `PATCH /api/me`: edits name and picture, and returns the user.
pub(crate) async fn patch(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let session = call.require().await?;
    let fields: Edit = json_body::read_object(call.headers(), body).await?;
    let mut edit = ProfileEdit::default();
    if let Some(name) = fields.name {
        let name = credentials::optional("name", Some(name))?;
        let edited = edit.name(name.as_deref());
        edit = edited.map_err(|_| Problem::invalid(detail::NAME))?;
    }
    if let Some(image) = fields.image {
        let image = credentials::optional("image", Some(image))?;
        let edited = edit.image(image.as_deref());
        edit = edited.map_err(|_| Problem::invalid(detail::IMAGE))?;
    }
    let user = apply(call, &session, edit).await?;
    Ok(Reply::json(200, JSON, &UserView::from(&user))?)
}

/// `POST /api/me`: the same for a form, with the fields `name` and `image`. A field that is missing stays as it is, and
/// an empty one is cleared. The answer is 303 to the account page, or 422 and that page.
pub(crate) async fn post(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let session = call.require().await?;
    RequestFormat::require_form(call.headers())?;
    let mut sent = SentForm::read(body).await?;
    let Some(edit) = edit_of(&mut sent) else {
        return show_again(call, &session, sent).await;
    };
    match apply(call, &session, edit).await {
        Ok(_) => Ok(done(call, &session)),
        Err(error) => {
            password_form::refuse(&mut sent, "name", error)?;
            show_again(call, &session, sent).await
        }
    }
}

async fn show_again(call: Call<'_>, session: &Authenticated, sent: SentForm) -> Answer {
    page::account::show_again(call, session, AccountForm::Profile, sent).await
}

/// Returns the edit; `None` when a field has an error. All fields with errors get theirs.
fn edit_of(sent: &mut SentForm) -> Option<ProfileEdit> {
    let named = with_name(ProfileEdit::default(), sent);
    let edited = with_image(named.clone().unwrap_or_default(), sent);
    named.and(edited)
}

fn with_name(edit: ProfileEdit, sent: &mut SentForm) -> Option<ProfileEdit> {
    if !sent.has("name") {
        return Some(edit);
    }
    let texts = &Texts::current().profile;
    let text = match edit.name(sent.text("name").as_deref()) {
        Ok(edit) => return Some(edit),
        Err(InvalidName::Empty) => texts.enter_name.to_owned(),
        Err(InvalidName::TooLong) => (texts.name_too_long)(ProfileEdit::MAX_NAME),
        Err(InvalidName::Invisible) => texts.name_invisible.to_owned(),
    };
    sent.add_error("name", text);
    None
}

fn with_image(edit: ProfileEdit, sent: &mut SentForm) -> Option<ProfileEdit> {
    if !sent.has("image") {
        return Some(edit);
    }
    let edited = edit.image(sent.text("image").as_deref());
    let wrong = |_| sent.add_error("image", Texts::current().profile.enter_image);
    edited.map_err(wrong).ok()
}

async fn apply(
    call: Call<'_>,
    session: &Authenticated,
    edit: ProfileEdit,
) -> Result<User, AuthError> {
    let client = call.client();
    call.web.auth.me().edit(session, edit, &client).await
}

fn done(call: Call<'_>, session: &Authenticated) -> Reply {
    let reply = Reply::see_other(call.web.account_page());
    if session.by == Proof::Cookie {
        return call.web.with_notice(reply, Notice::ProfileChanged);
    }
    reply
}

/// Distinguishes `null` from a missing field.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
