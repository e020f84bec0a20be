use askama::Template;

use super::frame::{Frame, show as render};
use crate::error::Problem;
use crate::reply::Reply;
use crate::web::Web;

#[derive(Template)]
#[template(path = "onward.html")]
struct Page<'a> {
    frame: Frame<'a>,
    target: &'a str,
}

/// A page that leads on by itself, for when a redirect would not do: browsers withhold `Strict` cookies from all of a
/// chain of redirects that began at another site, but not from where a page of this site leads.
pub(crate) fn show(web: &Web, target: &str) -> Result<Reply, Problem> {
    render(&Page {
        frame: Frame::of(web),
        target,
    })
}
