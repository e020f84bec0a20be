use askama::Template;
use belgie_domain::{EmailAddress, Mail};

use super::text::{Content, Texts};
use crate::AuthError;

#[derive(Template)]
#[template(path = "mail.txt")]
struct Text<'a> {
    content: &'a Content,
    site: &'a str,
    address: &'a str,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct Html<'a> {
    content: &'a Content,
    site: &'a str,
    address: &'a str,
}

/// Renders a mail as plain text and as HTML, in which everything is escaped.
pub(super) fn render(
    texts: &Texts<'_>,
    to: EmailAddress,
    content: &Content,
) -> Result<Mail, AuthError> {
    let (site, address) = (texts.site, texts.base.as_str());
    let text = Text {
        content,
        site,
        address,
    };
    let html = Html {
        content,
        site,
        address,
    };
    let failed = |error: askama::Error| AuthError::Mail(Box::new(error));
    Ok(Mail {
        to,
        subject: content.subject.clone(),
        text: text.render().map_err(failed)?,
        html: html.render().map_err(failed)?,
    })
}
