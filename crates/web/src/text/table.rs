use chrono::{DateTime, TimeDelta, Utc};

use super::account::{AccountTexts, PersonTexts, ReauthenticationTexts, SessionTexts};
use super::forms::{FormTexts, SignUpTexts};
use super::mailbox::MailboxTexts;
use super::mails::MailTexts;
use super::phrase::Phrase;
use super::profile::ProfileTexts;
use crate::code::Code;

/// All texts in one language. They are grouped by where they appear; what several pages show comes first.
#[derive(Debug)]
pub(crate) struct Texts {
    /// The language's tag, for `<html lang>`.
    pub tag: &'static str,
    pub sign_in: &'static str,
    pub sign_out: &'static str,
    pub your_account: &'static str,
    pub skip_to_content: &'static str,
    pub made_by: &'static str,
    pub privacy: &'static str,
    pub terms: &'static str,
    pub help: &'static str,
    /// The link to the application.
    pub back_to: fn(site: &str) -> String,
    pub cancel: &'static str,
    /// What the title of a page with errors begins with.
    pub error_prefix: &'static str,
    /// What the links in the bar are, for those who only hear them.
    pub pages: &'static str,
    /// In place of names that are not known.
    pub unknown: UnknownNames,
    pub notice: NoticeTexts,
    pub home: HomeTexts,
    pub forms: FormTexts,
    pub profile: ProfileTexts,
    pub sign_in_page: SignInTexts,
    pub sign_up_page: SignUpTexts,
    pub mail_pages: MailTexts,
    pub sign_out_page: SignOutTexts,
    pub interstitial: InterstitialTexts,
    pub pending_page: PendingTexts,
    pub person: PersonTexts,
    pub sessions: SessionTexts,
    pub account_page: AccountTexts,
    pub mailbox_page: MailboxTexts,
    pub reauthentication_page: ReauthenticationTexts,
    pub error_page: ErrorPageTexts,
    /// Returns the text of an error.
    pub error: fn(Code) -> ErrorText,
    /// What helps after too many attempts, when the wait is longer than a moment.
    pub wait: fn(minutes: u32) -> String,
    /// The text of a provider that did not answer in time.
    pub provider_timed_out: ErrorText,
    pub time: TimeTexts,
    /// Returns what a device is called, by the names of its browser, its system, and a program that is neither.
    pub device: fn(browser: Option<&str>, system: Option<&str>, program: Option<&str>) -> String,
}

#[derive(Debug)]
pub(crate) struct UnknownNames {
    pub provider: &'static str,
    /// The same at the start of a sentence.
    pub provider_first: &'static str,
    pub site: &'static str,
    pub email: &'static str,
    /// For the person who is signed in.
    pub user: &'static str,
}

/// Messages that a page shows once, after an action.
#[derive(Debug)]
pub(crate) struct NoticeTexts {
    pub account_connected: &'static str,
    pub account_removed: &'static str,
    pub email_changed: &'static str,
    pub email_verified: &'static str,
    pub password_changed: &'static str,
    pub password_reset: &'static str,
    pub password_set: &'static str,
    pub reauthenticated: &'static str,
    pub email_change_sent: &'static str,
    /// The same with the address.
    pub email_change_sent_to: fn(address: &str) -> String,
    pub profile_changed: &'static str,
    pub user_deleted: &'static str,
    pub session_ended: &'static str,
    /// The same of a device whose name is known.
    pub session_ended_on: fn(device: &str) -> String,
    pub others_ended: &'static str,
    pub signed_out: &'static str,
}

#[derive(Debug)]
pub(crate) struct HomeTexts {
    pub welcome: &'static str,
    pub welcome_to: Phrase,
    pub invitation: &'static str,
    pub welcome_back: &'static str,
    pub welcome_back_name: Phrase,
    pub signed_in: &'static str,
    pub signed_in_as: Phrase,
}

#[derive(Debug)]
pub(crate) struct SignInTexts {
    pub heading: Phrase,
    pub signed_out: &'static str,
    pub no_provider: &'static str,
    /// What the people who run the site can do about it.
    pub no_provider_hint: &'static str,
    /// Where one goes, if that is another site.
    pub to_continue: Phrase,
    pub continue_with: Phrase,
    /// At the provider with which this browser last signed in.
    pub last_used: &'static str,
    /// The question before the link to register.
    pub new_here: Phrase,
    /// The line that opens the providers that are not shown at once.
    pub more_ways: &'static str,
    pub what_happens: Phrase,
    /// The same when there are several providers.
    pub what_happens_at_any: Phrase,
}

#[derive(Debug)]
pub(crate) struct SignOutTexts {
    pub heading: Phrase,
    pub only_here: &'static str,
}

#[derive(Debug)]
pub(crate) struct InterstitialTexts {
    pub title: &'static str,
    pub heading: &'static str,
    pub on_the_way: &'static str,
    pub go_on: &'static str,
}

/// The page of an address that is in use already.
#[derive(Debug)]
pub(crate) struct PendingTexts {
    pub title: &'static str,
    pub heading: Phrase,
    /// When and with which provider an address was used that was never confirmed.
    pub used_with: Phrase,
    /// The same for a password.
    pub used_with_password: Phrase,
    /// The same when neither is known.
    pub used: Phrase,
    pub was_that_you: &'static str,
    /// The link that answers yes.
    pub connect: Phrase,
    /// The button that answers no.
    pub no_start_fresh: &'static str,
    /// The same when there is no question.
    pub start_fresh: &'static str,
    /// What happens to the other account.
    pub what_happens: &'static str,
    /// For an address that its user has confirmed.
    pub sign_in_as_before: Phrase,
    pub connect_by_signing_in: &'static str,
}

#[derive(Debug)]
pub(crate) struct ErrorPageTexts {
    /// In place of a code's own text when a person who is signed in was adding an account.
    pub not_connected: ErrorText,
    /// The same when the person was authenticating again.
    pub not_reauthenticated: ErrorText,
    /// The same when another person has authenticated.
    pub somebody_else: ErrorText,
    /// In place of a code's own text when we have mailed a link to an address that the provider has not verified.
    pub link_mailed: ErrorText,
    pub go_home: &'static str,
    pub try_again: &'static str,
    /// The link that repeats a sign-in with a provider.
    pub try_provider_again: fn(provider: &str) -> String,
    /// The link that authenticates again with a provider.
    pub sign_in_again_with: fn(provider: &str) -> String,
    pub other_ways: &'static str,
    /// The line that opens what helps support: code, reference and time.
    pub details: &'static str,
    pub code: &'static str,
    pub reference: &'static str,
    pub time: &'static str,
}

/// The text of an error. Both parts may contain the placeholders of [`Names`](super::Names).
#[derive(Clone, Copy, Debug)]
pub(crate) struct ErrorText {
    /// What happened, as a heading.
    pub heading: &'static str,
    /// What it means and what helps.
    pub text: &'static str,
}

/// How times are written.
#[derive(Debug)]
pub(crate) struct TimeTexts {
    pub date: fn(DateTime<Utc>) -> String,
    /// A time to the minute.
    pub minute: fn(DateTime<Utc>) -> String,
    /// How long ago something was.
    pub ago: fn(TimeDelta) -> String,
    /// That something was less than this long ago.
    pub within: fn(TimeDelta) -> String,
}
