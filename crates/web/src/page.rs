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
//! A form that was filled in wrongly is shown again with status 422 and its errors:
//!
//! ```ignore
//! let email = Field::email("email", text.email).with_value(typed).with_error(wrong);
//! let errors = ErrorSummary::of(text.there_is_a_problem, &[&email]);
//! let frame = Frame::of(web).with_errors(errors);
//! Ok(show(&Page { frame, email })?.with_status(422))
//! ```

pub(crate) mod account;
pub(crate) mod dashboard;
mod device;
pub(crate) mod error;
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the first forms come with passwords")
)]
pub(crate) mod error_summary;
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the first forms come with passwords")
)]
pub(crate) mod field;
pub(crate) mod frame;
pub(crate) mod home;
pub(crate) mod interstitial;
pub(crate) mod link;
pub(crate) mod note;
pub(crate) mod pending;
mod person;
mod session_list;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
mod tab;
mod time;
