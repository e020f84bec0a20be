use askama::Template;

use super::frame::{Frame, show_with_notice};
use super::person::Person;
use crate::call::Call;
use crate::notice::Notice;
use crate::web::Answer;

#[derive(Template)]
#[template(path = "home.html")]
struct Page<'a> {
    frame: Frame<'a>,
    user: Option<Person<'a>>,
    notice: Option<Notice>,
}

/// `GET /`
pub(crate) async fn show(call: Call<'_>) -> Answer {
    let current = call.web.optional(call.request).await?;
    let (frame, user) = (Frame::of(call.web), current.as_ref());
    let reply = show_with_notice(call, user.is_some(), |notice| Page {
        user: user.map(|current| Person::new(&current.user, frame.text)),
        frame,
        notice,
    });
    Ok(reply?)
}
