//! The pages, rendered by the server; they need no script.

mod brand;
pub(crate) mod dashboard;
mod device;
mod error;
pub(crate) mod home;
mod icon;
pub(crate) mod onward;
mod person;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
mod time;

use std::sync::LazyLock;

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::error::ApiError;
use crate::notice::Notice;
use crate::web::Web;

pub(crate) use error::ErrorPage;
pub(crate) use icon::Icon;

/// The content type of pages.
pub(crate) const HTML: &str = "text/html; charset=utf-8";
/// The one style sheet.
pub(crate) const STYLES: &str = include_str!("../../assets/belgie.css");
/// Where the style sheet is: the name changes with the content, so that it can be kept for ever.
pub(crate) static STYLES_PATH: LazyLock<String> = LazyLock::new(|| asset_path(STYLES, "css"));

/// What surrounds every page.
struct Frame<'a> {
    app_name: &'a str,
    /// The site goes by our own name, so that our mark and colour may stand on it.
    is_ours: bool,
    /// What stands in place of a mark: the first letter of the site's name.
    initial: char,
    styles: &'static str,
    icon: &'a str,
}

impl<'a> Frame<'a> {
    fn of(web: &'a Web) -> Self {
        Self {
            app_name: &web.config.app_name,
            is_ours: brand::is_ours(&web.config.app_name),
            initial: brand::initial(&web.config.app_name),
            styles: &STYLES_PATH,
            icon: &web.icon.path,
        }
    }
}

/// Answers with a page.
fn show(page: &impl Template) -> Result<HttpResponse, ApiError> {
    let html = page.render().map_err(|error| {
        tracing::error!(%error, "a page could not be rendered");
        ApiError::internal()
    })?;
    Ok(HttpResponse::Ok().content_type(HTML).body(html))
}

/// Answers with a page that shows the notice which the browser brought, if it is true of this person, and forgets it.
fn show_with_notice<P: Template>(
    request: &HttpRequest,
    web: &Web,
    signed_in: bool,
    page: impl FnOnce(Option<Notice>) -> P,
) -> Result<HttpResponse, ApiError> {
    let headers = request.headers();
    let notice = web.cookies.notice(headers);
    let notice = notice.filter(|notice| notice.suits(signed_in));
    let mut response = show(&page(notice))?;
    if web.cookies.holds_notice(headers) {
        let forgotten = response.add_cookie(&web.cookies.forget_notice());
        forgotten.map_err(|_| ApiError::internal())?;
    }
    Ok(response)
}

fn asset_path(content: &str, extension: &str) -> String {
    format!(
        "/auth/assets/belgie-{:016x}.{extension}",
        fnv1a(content.as_bytes())
    )
}

/// The 64-bit FNV-1a hash: tells versions of a file apart, nothing more.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
