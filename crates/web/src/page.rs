//! The server-rendered pages. They need no script.
//!
//! A page is a template that extends `layout/door.html` (one card: sign-in, errors) or `layout/page.html` (a bar above:
//! what is for signed-in users), with a [`Frame`](frame::Frame) as its field `frame`. It fills the blocks `title`,
//! `heading` and `content`; a door also has `lead` (a sentence below the heading) and `below` (below the card).
//!
//! Its parts are values that a template shows as `{{ field }}`: [`Field`](field::Field),
//! [`ErrorSummary`](error_summary::ErrorSummary), [`Note`](note::Note). Smaller ones are macros of `parts.html`: `badge(tone,
//! text)`, `confirm(label)` (a button that opens its block: the real button and what it asks) and `more(label)` (a line
//! that opens its block). A list of things is `<ul class="items">`, with up to three children in each `<li>`: a `tile`, a
//! `stack-s` of heading and `facts`, and an action.
//!
//! A page whose address holds a secret loads nothing from elsewhere:
//! [`with_own_pictures`](frame::Frame::with_own_pictures) and [`Pictures::Here`](crate::security_headers::Pictures::Here). One
//! that shows people has the policy [`PEOPLE`](crate::security_headers::PagePolicy::PEOPLE).
//!
//! A form that was filled in wrongly is shown again with its errors, with status 422 or that of the problem:
//!
//! ```ignore
//! let mut sent = SentForm::read(body).await?;
//! let address = sent.email("email");
//! // …
//! let email = sent.fill(Field::email("email", text.email));
//! let frame = Frame::of(web).with_errors(sent.summary(app_name, &[&email]));
//! Ok(sent.complete(show(&Page { frame, email })?))
//! ```

pub(crate) mod account;
pub(crate) mod ask_for_mail;
pub(crate) mod check_mail;
pub(crate) mod dashboard;
pub(crate) mod device;
pub(crate) mod error;
pub(crate) mod error_summary;
pub(crate) mod field;
pub(crate) mod frame;
pub(crate) mod home;
pub(crate) mod interstitial;
pub(crate) mod link;
pub(crate) mod mailbox;
pub(crate) mod mailed_link;
pub(crate) mod mailing;
pub(crate) mod note;
mod notice_text;
pub(crate) mod pending;
mod person;
mod provider_list;
pub(crate) mod reauthentication;
pub(crate) mod sent_form;
mod session_list;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod sign_up;
mod tab;
mod time;
pub(crate) mod visit;
