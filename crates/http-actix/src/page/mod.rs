//! The pages, rendered by the server; they need no script.

mod brand;
pub(crate) mod dashboard;
mod device;
mod error;
pub(crate) mod home;
pub(crate) mod onward;
mod person;
pub(crate) mod sign_in;
mod time;

use std::sync::LazyLock;

use actix_web::HttpResponse;
use askama::Template;

use crate::error::ApiError;
use crate::web::Web;

pub(crate) use error::ErrorPage;

/// The content type of pages.
pub(crate) const HTML: &str = "text/html; charset=utf-8";
/// The one style sheet.
pub(crate) const STYLES: &str = include_str!("../../assets/belgie.css");
/// The icon in the browser's tab.
pub(crate) const ICON: &str = include_str!("../../assets/icon.svg");
/// Where the style sheet is: the name changes with the content, so that it can be kept for ever.
pub(crate) static STYLES_PATH: LazyLock<String> = LazyLock::new(|| asset_path(STYLES, "css"));
/// Where the icon is.
pub(crate) static ICON_PATH: LazyLock<String> = LazyLock::new(|| asset_path(ICON, "svg"));

/// What surrounds every page.
struct Frame<'a> {
    app_name: &'a str,
    styles: &'static str,
    icon: &'static str,
}

impl<'a> Frame<'a> {
    fn of(web: &'a Web) -> Self {
        Self {
            app_name: &web.config.app_name,
            styles: &STYLES_PATH,
            icon: &ICON_PATH,
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
