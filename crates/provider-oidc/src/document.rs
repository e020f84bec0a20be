//! What is requested from a provider, as errors name it.

use belgie_provider_http::Document;

pub(crate) const DISCOVERY: Document = Document::named("discovery document");
pub(crate) const KEYS: Document = Document::named("key set");
pub(crate) const USERINFO: Document = Document::named("response of the userinfo endpoint");
