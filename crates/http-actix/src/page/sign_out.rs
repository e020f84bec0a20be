use askama::Template;

use super::{Frame, show as render};
use crate::endpoint::Answer;
use crate::web::Web;

#[derive(Template)]
#[template(path = "sign_out.html")]
struct Page<'a> {
    frame: Frame<'a>,
}

/// One button that signs out.
pub(crate) fn show(web: &Web) -> Answer {
    render(&Page {
        frame: Frame::of(web),
    })
}
