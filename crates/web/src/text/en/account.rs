use crate::text::account::{AccountTexts, PersonTexts, ReauthenticationTexts, SessionTexts};
use crate::text::phrase::Phrase;

pub(super) const PERSON: PersonTexts = PersonTexts {
    verified: "Verified",
    not_verified: "Not verified",
    why_not_verified: "You have not confirmed that this address is yours.",
    role: "Role",
    member_since: "Member since",
    first_user: "You are the first user",
    become_admin: "To make yourself an administrator, run this command on the server:",
    manage: "Manage your account",
};

pub(super) const SESSIONS: SessionTexts = SessionTexts {
    heading: "Where you are signed in",
    only_here: "Only here.",
    advice: "Sign out anything that you do not recognise.",
    advice_with_password: "Sign out anything that you do not recognise, then change your password.",
    sign_out_others: "Sign out everywhere else",
    this_device: "This device",
    more: |count| format!("Show {count} more"),
    active_now: "Active now",
    active: |ago| format!("Active {ago}"),
    with_provider: Phrase("with {provider}"),
    started: |time| format!("Signed in on {time}"),
    of_session: |device, active| format!("{device}, {active}"),
};

pub(super) const ACCOUNT: AccountTexts = AccountTexts {
    on_this_page: "On this page",
    tab: "Account",
    profile: "Profile",
    devices: "Devices",
    resend: "Send a confirmation link",
    change_email: "Change e-mail address",
    new_email: "New e-mail address",
    email_hint: "We will send a link to the new address. Your address changes when you follow it.",
    send_link: "Send confirmation link",
    confirm_first: "Confirm that it is you",
    methods: "Sign-in methods",
    methods_hint: "Keep at least two, so that losing one does not lock you out.",
    added: "Connected",
    last_used: "Last used",
    disconnect: "Disconnect",
    of_account: |provider, address| match address {
        Some(address) => format!("{provider}, {address}"),
        None => provider.to_owned(),
    },
    only_way: "You cannot disconnect your only way to sign in. Connect another one first.",
    unavailable: "Not available at the moment",
    change_password: "Change password",
    set_password: "Set a password",
    no_password: "You do not have a password yet.",
    others_signed_out: "You will be signed out everywhere else.",
    connect_another: "Connect another account",
    connect: Phrase("Connect {provider}"),
};

pub(super) const REAUTHENTICATION: ReauthenticationTexts = ReauthenticationTexts {
    title: "Confirm that it is you",
    reason: "You signed in some time ago. Confirm that it is you to make this change.",
    or: "or",
    confirm: "Confirm",
};
