use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;

use super::error_summary::ErrorSummary;
use super::note::{Note, Tone};
use super::notice_text;
use super::tab::{Tab, TabLink};
use crate::assets::{Assets, Look};
use crate::brand::Brand;
use crate::call::Call;
use crate::error::Problem;
use crate::header_name::HeaderName;
use crate::reply::Reply;
use crate::text::Texts;
use crate::web::Web;

/// What is around a page: the layouts read it as the template's field `frame`.
///
/// `layout/door.html` is for people at the door: one card below the logo, no header. `layout/page.html` is for people
/// who are signed in: a bar with the pages and the sign-out button.
pub(crate) struct Frame<'a> {
    pub text: &'static Texts,
    pub app_name: &'a str,
    pub assets: &'a Assets,
    /// The logo and the icon.
    pub look: &'a Look,
    /// What the pages link to.
    pub brand: &'a Brand,
    /// Whether the site shows the Belgie mark and colour.
    pub is_ours: bool,
    /// The home page.
    pub home: String,
    /// The prefix of all our paths.
    pub base: &'a str,
    pub message: Message<'a>,
    tab: Option<Tab>,
}

/// What a page says below its heading.
pub(crate) enum Message<'a> {
    None,
    Note(Note<'a>),
    Errors(ErrorSummary<'a>),
}

impl<'a> Frame<'a> {
    /// Creates the frame of a page of this site.
    pub(crate) fn of(web: &'a Web) -> Self {
        let (app_name, brand) = (&web.config.app_name, &web.config.brand);
        Self {
            text: Texts::current(),
            app_name,
            assets: &web.assets,
            look: &web.assets.look,
            is_ours: brand.is_ours(app_name),
            brand,
            home: web.home(),
            base: web.site.base_path(),
            message: Message::None,
            tab: None,
        }
    }

    /// Adds the notice that the browser holds for the next page, if it applies to this visitor. Such a page is sent by
    /// [`show_to`], which takes the notice from the browser.
    pub(super) fn with_notice(self, call: Call<'_>, is_signed_in: bool) -> Self {
        let notice = call.web.cookies.notice(call.headers());
        let text = self.text;
        match notice.filter(|held| held.notice.applies_when(is_signed_in)) {
            Some(held) => self.with_note(Note::result(Tone::Good, notice_text::text(&held, text))),
            None => self,
        }
    }

    /// Leaves out a logo that browsers would load from elsewhere: for pages whose address or referrer is a secret.
    pub(crate) fn with_own_pictures(mut self) -> Self {
        self.look = &self.assets.own_look;
        self
    }

    /// Adds a note below the heading.
    pub(crate) fn with_note(mut self, note: Note<'a>) -> Self {
        self.message = Message::Note(note);
        self
    }

    /// Returns whether the page says something below its heading.
    pub(super) fn has_message(&self) -> bool {
        !matches!(self.message, Message::None)
    }

    /// Adds the summary of what is wrong with the page's form, if something is.
    pub(crate) fn with_errors(mut self, errors: Option<ErrorSummary<'a>>) -> Self {
        if let Some(errors) = errors {
            self.message = Message::Errors(errors);
        }
        self
    }

    /// Sets which of the pages in the bar this one is.
    pub(super) fn at(mut self, tab: Tab) -> Self {
        self.tab = Some(tab);
        self
    }

    /// Returns the pages in the bar.
    pub(crate) fn tabs(&self) -> Vec<TabLink> {
        Tab::ALL
            .map(|tab| tab.link(self.tab, self.base, self.text))
            .into()
    }

    /// Returns whether there is anything at the foot of the page.
    pub(crate) fn has_foot(&self) -> bool {
        let Brand {
            privacy_url,
            terms_url,
            support_url,
            ..
        } = self.brand;
        !self.is_ours
            || [privacy_url, terms_url, support_url]
                .into_iter()
                .any(Option::is_some)
    }

    /// Returns what the title begins with: that there are errors, or what has just been done.
    pub(crate) fn title_prefix(&self) -> String {
        match &self.message {
            Message::None => String::new(),
            Message::Note(note) => note.title_prefix(),
            Message::Errors(_) => self.text.error_prefix.to_owned(),
        }
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Note(note) => note.fmt(f),
            Self::Errors(errors) => errors.fmt(f),
        }
    }
}

impl HtmlSafe for Message<'_> {}

/// Renders a page.
pub(crate) fn show(page: &impl Template) -> Result<Reply, Problem> {
    let html = page.render().map_err(|error| {
        tracing::error!(%error, "a page could not be rendered");
        Problem::internal()
    })?;
    Ok(Reply::html(200, html))
}

/// Renders a page with a [notice](Frame::with_notice), and takes the notice from the browser.
pub(super) fn show_to(call: Call<'_>, page: &impl Template) -> Result<Reply, Problem> {
    let (cookies, reply) = (&call.web.cookies, show(page)?);
    if cookies.has_notice(call.headers()) {
        return Ok(reply.with_header(HeaderName::SetCookie, cookies.clear_notice()));
    }
    Ok(reply)
}
