use actix_web::http::StatusCode;
use askama::Template;
use uuid::Uuid;

use super::Frame;
use crate::error::Way;
use crate::web::Web;

/// What went wrong, in words, with a way on.
#[derive(Debug)]
pub(crate) struct ErrorPage<'a> {
    pub heading: &'a str,
    pub text: &'a str,
    pub status: StatusCode,
    pub way: Way,
    pub request_id: Uuid,
}

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

impl ErrorPage<'_> {
    pub(crate) fn render(&self, web: &Web) -> askama::Result<String> {
        let sign_in = match self.way {
            Way::Home => None,
            Way::SignIn => web.sign_in_location(None),
            Way::SignInAgain => web.sign_in_again_location(),
        };
        let page = Page {
            frame: Frame::of(web),
            status: self.status.as_u16(),
            heading: self.heading,
            text: self.text,
            request_id: self.request_id,
            sign_in,
        };
        page.render()
    }
}
