use askama::Template;

use super::frame::{Frame, show as render};
use crate::call::Call;
use crate::code::Code;
use crate::error::Problem;
use crate::negotiate::wants_page;
use crate::web::Answer;

#[derive(Template)]
#[template(path = "sign_out.html")]
struct Page<'a> {
    frame: Frame<'a>,
}

/// `GET /auth/signout`: for a person who typed or followed this address, a page with the button that signs out. A GET
/// itself ends nothing, and programs learn that it is no method of this route.
pub(crate) fn show(call: Call<'_>) -> Answer {
    if !wants_page(call.headers()) {
        let problem = Problem::new(Code::MethodNotAllowed);
        return Err(problem.with_allow(call.resource.allow()).into());
    }
    Ok(render(&Page {
        frame: Frame::of(call.web),
    })?)
}
