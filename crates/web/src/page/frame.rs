use askama::Template;

use crate::brand;
use crate::call::Call;
use crate::error::Problem;
use crate::header_name::HeaderName;
use crate::notice::Notice;
use crate::reply::Reply;
use crate::text::Texts;
use crate::web::Web;

/// The layout around every page.
pub(super) struct Frame<'a> {
    pub text: &'static Texts,
    pub app_name: &'a str,
    /// Whether the site uses the name Belgie, and so its mark and colour.
    pub is_ours: bool,
    /// The first letter of the site's name, shown in place of a mark.
    pub initial: char,
    pub styles: &'a str,
    pub icon: &'a str,
    /// The home page.
    pub home: String,
    /// The prefix of all our paths.
    pub base: &'a str,
}

impl<'a> Frame<'a> {
    pub(super) fn of(web: &'a Web) -> Self {
        Self {
            text: Texts::current(),
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

/// Renders a page.
pub(super) fn show(page: &impl Template) -> Result<Reply, Problem> {
    let html = page.render().map_err(|error| {
        tracing::error!(%error, "a page could not be rendered");
        Problem::internal()
    })?;
    Ok(Reply::html(200, html))
}

/// Renders a page with the browser's notice, if it applies to this visitor, and clears the notice.
pub(super) fn show_with_notice<P: Template>(
    call: Call<'_>,
    signed_in: bool,
    page: impl FnOnce(Option<Notice>) -> P,
) -> Result<Reply, Problem> {
    let cookies = &call.web.cookies;
    let notice = cookies.notice(call.headers());
    let reply = show(&page(
        notice.filter(|notice| notice.applies_when(signed_in)),
    ))?;
    if cookies.has_notice(call.headers()) {
        return Ok(reply.with_header(HeaderName::SetCookie, cookies.clear_notice()));
    }
    Ok(reply)
}
