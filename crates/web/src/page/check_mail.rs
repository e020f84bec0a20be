use askama::Template;
use belgie_domain::EmailAddress;

use super::frame::{Frame, show as render};
use super::mailing::Mailing;
use super::note::{Note, Tone};
use super::time::Moment;
use super::visit::Visit;
use crate::call::Call;
use crate::reply::Reply;
use crate::text::Phrase;
use crate::web::Answer;

/// The page of a person who is to follow the link in a mail.
#[derive(Template)]
#[template(path = "check_mail.html")]
struct Page<'a> {
    frame: Frame<'a>,
    said: Phrase,
    email: &'a str,
    asked: Moment,
    /// The route that sends the mail again, if this installation sends mails.
    action: Option<String>,
    target: Option<&'a str>,
    /// Where another address is entered.
    other_address: String,
}

/// Says that a mail is on its way, if the address is one that gets such mails: the page is the same for all addresses.
pub(crate) fn show(
    call: Call<'_>,
    visit: &Visit,
    mailing: Mailing,
    email: &EmailAddress,
    is_sent_again: bool,
) -> Answer {
    let web = call.web;
    if !web.has_pages() {
        return Ok(Reply::new(202));
    }
    let mut frame = Frame::of(web);
    let text = &frame.text.mail_pages.check_mail;
    if is_sent_again {
        frame = frame.with_note(Note::result(Tone::Good, text.sent_again));
    }
    let page = Page {
        said: match mailing {
            Mailing::Registered => text.registered,
            Mailing::Verify => text.verify,
            Mailing::Reset => text.reset,
        },
        email: email.as_str(),
        asked: Moment::new(web.auth.now(), &frame.text.time),
        action: web.auth.emails().are_sent().then(|| mailing.action(web)),
        target: visit.wanted(),
        other_address: visit.carry_to(&mailing.page(web)),
        frame,
    };
    Ok(render(&page)?.with_status(202))
}
