use askama::Template;

use super::frame::{Frame, show as render};
use crate::error::Problem;
use crate::reply::Reply;
use crate::web::Web;

#[derive(Template)]
#[template(path = "interstitial.html")]
struct Page<'a> {
    frame: Frame<'a>,
    target: &'a str,
}

/// A page that continues by itself, where a redirect would fail: browsers withhold `Strict` cookies throughout a
/// redirect chain that began at another site, but not when a page of this site continues.
pub(crate) fn show(web: &Web, target: &str) -> Result<Reply, Problem> {
    render(&Page {
        frame: Frame::of(web).with_own_pictures(),
        target,
    })
}
