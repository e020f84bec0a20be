use askama::Template;

use super::frame::{Frame, show_to};
use super::person::Person;
use crate::call::Call;
use crate::header_name::HeaderName;
use crate::security_headers::PagePolicy;
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
    let policy = if user.is_some() {
        PagePolicy::PEOPLE
    } else {
        PagePolicy::USUAL
    };
    let policy = call.web.security.policy(policy);
    let reply = show_to(call, &Page { frame, user })?;
    Ok(reply.with_header(HeaderName::ContentSecurityPolicy, policy))
}
