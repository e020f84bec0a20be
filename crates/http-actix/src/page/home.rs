use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;

use super::person::Person;
use super::{Frame, show_with_notice};
use crate::endpoint::Answer;
use crate::extract::OptionalUser;
use crate::notice::Notice;
use crate::web::Web;

#[derive(Template)]
#[template(path = "home.html")]
struct Page<'a> {
    frame: Frame<'a>,
    user: Option<Person<'a>>,
    notice: Option<Notice>,
}

/// `GET /`
pub(crate) async fn show(request: HttpRequest, user: OptionalUser, web: Data<Web>) -> Answer {
    show_with_notice(&request, &web, user.is_some(), |notice| Page {
        frame: Frame::of(&web),
        user: user.as_ref().map(|user| Person::from(&**user)),
        notice,
    })
}
