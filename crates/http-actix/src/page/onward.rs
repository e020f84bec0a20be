use actix_web::HttpResponse;
use askama::Template;

use super::{Frame, show as render};
use crate::error::ApiError;
use crate::web::Web;

#[derive(Template)]
#[template(path = "onward.html")]
struct Page<'a> {
    frame: Frame<'a>,
    target: &'a str,
}

/// A page that leads on by itself, for when a redirect would not do: browsers withhold `Strict` cookies from all of a
/// chain of redirects that began at another site, but not from where a page of this site leads.
pub(crate) fn show(web: &Web, target: &str) -> Result<HttpResponse, ApiError> {
    render(&Page {
        frame: Frame::of(web),
        target,
    })
}
