use actix_web::web::Data;
use askama::Template;

use super::person::Person;
use super::{Frame, show as render};
use crate::endpoint::Answer;
use crate::extract::OptionalUser;
use crate::web::Web;

#[derive(Template)]
#[template(path = "home.html")]
struct Page<'a> {
    frame: Frame<'a>,
    user: Option<Person<'a>>,
}

/// `GET /`
pub(crate) async fn show(user: OptionalUser, web: Data<Web>) -> Answer {
    render(&Page {
        frame: Frame::of(&web),
        user: user.as_ref().map(|user| Person::from(&**user)),
    })
}
