use askama::Template;

use super::frame::{Frame, show};
use super::time::Moment;
use crate::call::Call;
use crate::code::Code;
use crate::error::Problem;
use crate::header_name::HeaderName;
use crate::mailbox::KeptMail;
use crate::text::Texts;
use crate::web::Answer;

#[derive(Template)]
#[template(path = "mailbox.html")]
struct Page<'a> {
    frame: Frame<'a>,
    mails: Vec<Row>,
}

/// A mail. The browser shows its HTML in a sandboxed frame, which runs no scripts and has no origin.
struct Row {
    to: String,
    subject: String,
    at: Moment,
    text: Vec<Piece>,
    html: String,
}

/// A piece of a plain text.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Words(String),
    Link(String),
}

/// `GET /dev/mail`
///
/// It answers only requests that name the site's host: what is mailed must not be read by a page of another site whose
/// name was made to resolve to this machine (DNS rebinding).
pub(crate) fn show_all(call: Call<'_>) -> Answer {
    let web = call.web;
    let Some(mailbox) = &web.config.mailbox else {
        return Err(Problem::new(Code::NotFound).into());
    };
    web.hosts.require(call.request)?;
    let frame = Frame::of(web);
    let mails = mailbox.newest_first();
    let mails: Vec<_> = { mails.into_iter() }
        .map(|kept| Row::new(kept, frame.text))
        .collect();
    let has_mails = !mails.is_empty();
    let reply = show(&Page { frame, mails })?;
    if !has_mails {
        return Ok(reply);
    }
    let policy = web.security.policy_with_mails();
    Ok(reply.with_header(HeaderName::ContentSecurityPolicy, policy))
}

impl Row {
    fn new(kept: KeptMail, texts: &Texts) -> Self {
        let KeptMail { mail, at } = kept;
        Self {
            at: Moment::new(at, &texts.time),
            text: pieces(mail.text.trim_end()),
            to: mail.to.to_string(),
            subject: mail.subject,
            html: opening_links_outside(&mail.html),
        }
    }
}

/// Splits a plain text at its web addresses.
fn pieces(text: &str) -> Vec<Piece> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some(start) = ["https://", "http://"]
        .iter()
        .filter_map(|scheme| rest.find(scheme))
        .min()
    {
        let (words, link) = rest.split_at(start);
        let end = link.find(char::is_whitespace).unwrap_or(link.len());
        let link = link[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '>', '"']);
        pieces.push(Piece::Words(words.to_owned()));
        pieces.push(Piece::Link(link.to_owned()));
        rest = &rest[start + link.len()..];
    }
    pieces.push(Piece::Words(rest.to_owned()));
    pieces
}

/// Makes the links of an HTML document open in place of the page around the frame.
fn opening_links_outside(html: &str) -> String {
    html.replacen("<head>", "<head><base target=\"_top\">", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_addresses_in_a_text_become_links() {
        let words = |text: &str| Piece::Words(text.to_owned());
        let link = |text: &str| Piece::Link(text.to_owned());

        assert_eq!(
            pieces("Go to https://a.example/reset?token=t_x\nor http://b.example. Bye"),
            [
                words("Go to "),
                link("https://a.example/reset?token=t_x"),
                words("\nor "),
                link("http://b.example"),
                words(". Bye"),
            ]
        );
        assert_eq!(
            pieces("javascript:alert(1)"),
            [words("javascript:alert(1)")]
        );
        assert_eq!(pieces(""), [words("")]);
    }
}
