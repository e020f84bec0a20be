use askama::Template;

use crate::brand;
use crate::call::Call;
use crate::error::Problem;
use crate::header_name::HeaderName;
use crate::notice::Notice;
use crate::reply::Reply;
use crate::web::Web;

/// What surrounds every page.
pub(super) struct Frame<'a> {
    pub app_name: &'a str,
    /// The site goes by our own name, so that our mark and colour may stand on it.
    pub is_ours: bool,
    /// What stands in place of a mark: the first letter of the site's name.
    pub initial: char,
    pub styles: &'a str,
    pub icon: &'a str,
    /// Where the site begins.
    pub home: String,
    /// What stands before every path of ours.
    pub base: &'a str,
}

impl<'a> Frame<'a> {
    pub(super) fn of(web: &'a Web) -> Self {
        Self {
            app_name: &web.config.app_name,
            is_ours: brand::is_ours(&web.config.app_name),
            initial: brand::initial(&web.config.app_name),
            styles: &web.assets.styles.path,
            icon: &web.assets.icon.path,
            home: web.home(),
            base: web.site.base_path(),
        }
    }
}

/// Answers with a page.
pub(super) fn show(page: &impl Template) -> Result<Reply, Problem> {
    let html = page.render().map_err(|error| {
        tracing::error!(%error, "a page could not be rendered");
        Problem::internal()
    })?;
    Ok(Reply::html(200, html))
}

/// Answers with a page that shows the notice which the browser brought, if it is true of this person, and forgets it.
pub(super) fn show_with_notice<P: Template>(
    call: Call<'_>,
    signed_in: bool,
    page: impl FnOnce(Option<Notice>) -> P,
) -> Result<Reply, Problem> {
    let cookies = &call.web.cookies;
    let notice = cookies.notice(call.headers());
    let reply = show(&page(notice.filter(|notice| notice.suits(signed_in))))?;
    if cookies.brings_notice(call.headers()) {
        return Ok(reply.with_header(HeaderName::SetCookie, cookies.forget_notice()));
    }
    Ok(reply)
}
