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

/// `GET /auth/signout`: a page with a sign-out button, for people who typed or followed this address. The GET itself
/// ends nothing, and to programs the method is not allowed.
pub(crate) fn show(call: Call<'_>) -> Answer {
    if !wants_page(call.headers()) {
        let problem = Problem::new(Code::MethodNotAllowed);
        return Err(problem.with_allow(call.resource.allow()).into());
    }
    Ok(render(&Page {
        frame: Frame::of(call.web),
    })?)
}
