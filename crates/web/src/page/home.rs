use askama::Template;

use super::frame::{Frame, show_to};
use super::person::Person;
use crate::call::Call;
use crate::web::Answer;

#[derive(Template)]
#[template(path = "home.html")]
struct Page<'a> {
    frame: Frame<'a>,
    user: Option<Person<'a>>,
}

/// `GET /`
pub(crate) async fn show(call: Call<'_>) -> Answer {
    let current = call.web.optional(call.request).await?;
    let frame = Frame::of(call.web).with_notice(call, current.is_some());
    let user = current
        .as_ref()
        .map(|current| Person::new(&current.user, frame.text));
    Ok(show_to(call, &Page { frame, user })?)
}
