use askama::Template;
use uuid::Uuid;

use super::frame::Frame;
use crate::code::NextStep;
use crate::error::Problem;
use crate::web::Web;

#[derive(Template)]
#[template(path = "error.html")]
struct Page<'a> {
    frame: Frame<'a>,
    status: u16,
    heading: &'a str,
    text: &'a str,
    request_id: Uuid,
    sign_in: Option<String>,
}

/// Says what went wrong, in words, with a way on.
pub(crate) fn render(web: &Web, problem: &Problem, request_id: Uuid) -> askama::Result<String> {
    let page = Page {
        frame: Frame::of(web),
        status: problem.status(),
        heading: problem.title(),
        text: problem.detail(),
        request_id,
        sign_in: match problem.code().next_step() {
            NextStep::Home => None,
            NextStep::SignIn => web.sign_in_location(None),
            NextStep::SignInAgain => web.sign_in_again_location(),
        },
    };
    page.render()
}
