//! What is requested from GitHub, as errors name it.

use belgie_provider_http::Document;

pub(crate) const API: Document = Document::named("root of the API");
pub(crate) const EMAILS: Document = Document::named("e-mail addresses");
pub(crate) const USER: Document = Document::named("user");
