use anyhow::bail;
use belgie_auth::{Admin, Auth, AuthError, NewUser, UserQuery, UserRef};
use belgie_domain::{Account, EmailAddress, EmailStatus, Refusal, Role, User, UserId};
use belgie_web::{AccountView, UserView};
use serde_json::{Map, Value};

use super::arguments::{CreateUser, UserArgument, UserCommand};
use super::output;
use super::start::Start;
use crate::invocation::Invocation;

/// How many users are read at a time, since the list may be long.
const PAGE: u32 = 500;

pub(super) async fn run(start: Start, command: UserCommand) -> anyhow::Result<()> {
    let auth = start.open().await?;
    let admin = auth.operator();
    match command {
        UserCommand::List(format) => list(admin, format.json).await,
        UserCommand::Show { user, json } => {
            show(admin, find(&auth, &user.user).await?, json.json).await
        }
        UserCommand::Create(new) => create(admin, new).await,
        UserCommand::SetRole {
            user,
            role,
            unproved,
        } => {
            let named = find_for_role(&auth, &user, unproved, start.here()).await?;
            set_role(admin, named, role).await
        }
        UserCommand::Disable(user) => {
            let user = admin.disable(id_of(&auth, &user).await?).await?;
            output::line(&format!(
                "{} is disabled and has no sessions",
                name_of(&user)
            ))
        }
        UserCommand::Enable(user) => {
            let user = admin.enable(id_of(&auth, &user).await?).await?;
            output::line(&format!("{} is enabled", name_of(&user)))
        }
        UserCommand::Delete { user, yes } => {
            let user = find(&auth, &user.user).await?;
            let question = format!("delete {} with all accounts and sessions?", name_of(&user));
            if !yes && !output::confirm(&question)? {
                bail!("{} is not deleted", name_of(&user));
            }
            admin.delete(user.id).await?;
            output::line(&format!("{} is deleted", name_of(&user)))
        }
    }
}

/// Finds the user by address or id.
pub(super) async fn find(auth: &Auth, name: &str) -> anyhow::Result<User> {
    Ok(auth.operator().find(&named(name)?).await?)
}

fn named(name: &str) -> anyhow::Result<UserRef> {
    let Ok(user) = name.parse() else {
        bail!("\"{name}\" is neither an e-mail address nor a user's id");
    };
    Ok(user)
}

async fn id_of(auth: &Auth, user: &UserArgument) -> anyhow::Result<UserId> {
    Ok(find(auth, &user.user).await?.id)
}

async fn list(admin: Admin<'_>, json: bool) -> anyhow::Result<()> {
    let mut views = output::List::begin(json, HEADINGS)?;
    let mut query = UserQuery::first(PAGE);
    loop {
        let users = admin.list(query).await?;
        for user in &users {
            let accounts = admin.accounts_of(user.id).await?;
            views.item(&view(user, &accounts)?, || row(user, &accounts))?;
        }
        match users.last() {
            Some(last) => query = query.after(last.id),
            None => return views.end("no users"),
        }
    }
}

async fn create(admin: Admin<'_>, new: CreateUser) -> anyhow::Result<()> {
    if new
        .name
        .as_ref()
        .is_some_and(|name| name.contains(char::is_control))
    {
        bail!("a name cannot contain control characters");
    }
    let email_status = if new.unverified {
        EmailStatus::Unverified
    } else {
        EmailStatus::Proved
    };
    let mut user = NewUser::new(new.email.clone())
        .email_status(email_status)
        .role(new.role);
    user.name = new.name;
    let holder = holder_of(admin, &new.email).await?;
    let user = match admin.create(user).await {
        Ok(user) => user,
        Err(AuthError::Refused(Refusal::AccountExists)) => {
            bail!("there is already a user {}", new.email)
        }
        Err(error) => return Err(error.into()),
    };
    if new.json.json {
        return show(admin, user, true).await;
    }
    output::line(&format!("{} is user {}", name_of(&user), user.id))?;
    match holder {
        Some(holder) => output::line(&format!(
            "the address was taken from user {holder}, who had not proved it"
        )),
        None => Ok(()),
    }
}

async fn holder_of(admin: Admin<'_>, email: &EmailAddress) -> anyhow::Result<Option<UserId>> {
    match admin.find(&UserRef::Email(email.clone())).await {
        Ok(holder) => Ok(Some(holder.id)),
        Err(AuthError::NotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// An unproved address may belong to someone else, who would get the role.
async fn find_for_role(
    auth: &Auth,
    user: &UserArgument,
    unproved: bool,
    invocation: &Invocation,
) -> anyhow::Result<UserId> {
    let name = named(&user.user)?;
    let user = auth.operator().find(&name).await?;
    if let UserRef::Email(email) = &name
        && !is_proved(&user)
        && !unproved
    {
        let show = invocation.command(&format!("user show {}", user.id));
        bail!(
            "user {} has not proved ownership of {email} and may not be its owner: check `{show}`, then use the id or add --unproved",
            user.id,
        );
    }
    Ok(user.id)
}

async fn set_role(admin: Admin<'_>, id: UserId, role: Role) -> anyhow::Result<()> {
    let user = admin.set_role(id, role).await?;
    output::line(&format!("{} has the role {}", name_of(&user), user.role))
}

async fn show(admin: Admin<'_>, user: User, json: bool) -> anyhow::Result<()> {
    let accounts = admin.accounts_of(user.id).await?;
    if json {
        return output::json(&view(&user, &accounts)?);
    }
    for (name, value) in [
        ("id", user.id.to_string()),
        ("e-mail", email_of(&user).to_owned()),
        (
            "verified",
            yes_or_no(user.email_status.is_verified()).to_owned(),
        ),
        ("proved", yes_or_no(is_proved(&user)).to_owned()),
        (
            "name",
            user.name.clone().unwrap_or_else(|| "none".to_owned()),
        ),
        ("role", user.role.to_string()),
        ("active", yes_or_no(user.is_active).to_owned()),
        ("last sign-in", last_login(&user)),
        ("created", output::time(user.created_at)),
        ("updated", output::time(user.updated_at)),
    ] {
        output::line(&format!("{name:12}  {value}"))?;
    }
    if accounts.is_empty() {
        output::line(&format!("{:12}  none", "account"))?;
    }
    if user.email.is_none() && accounts.is_empty() {
        output::line(
            "this user has neither an address nor an account, so signing in is impossible",
        )?;
    }
    for account in &accounts {
        let email = account.email.as_deref().unwrap_or("no e-mail");
        let Account {
            provider, subject, ..
        } = account;
        output::line(&format!(
            "{:12}  {provider}: {subject} ({email})",
            "account"
        ))?;
    }
    Ok(())
}

/// A user as in the API, with additional information for operators.
fn view(user: &User, accounts: &[Account]) -> anyhow::Result<Map<String, Value>> {
    let accounts: Vec<_> = accounts.iter().map(AccountView::from).collect();
    let mut view = match serde_json::to_value(UserView::from(user))? {
        Value::Object(view) => view,
        _ => Map::new(),
    };
    view.insert("email_proved".to_owned(), is_proved(user).into());
    view.insert("accounts".to_owned(), serde_json::to_value(accounts)?);
    Ok(view)
}

const HEADINGS: &str = "id                                    role   active  proved  last sign-in          e-mail, name and accounts";

fn row(user: &User, accounts: &[Account]) -> String {
    let name = user.name.as_deref().map(|name| format!("  {name}"));
    let accounts: Vec<_> = accounts.iter().map(account_in_short).collect();
    let accounts = match &*accounts {
        [] => "no accounts".to_owned(),
        accounts => accounts.join(", "),
    };
    format!(
        "{}  {:5}  {:6}  {:6}  {:20}  {}{}  {}",
        user.id,
        user.role.as_str(),
        yes_or_no(user.is_active),
        yes_or_no(is_proved(user)),
        last_login(user),
        email_of(user),
        name.unwrap_or_default(),
        accounts,
    )
}

/// The provider, and the address it reported, or else the subject.
fn account_in_short(account: &Account) -> String {
    let who = account.email.as_deref();
    let who = who.unwrap_or_else(|| account.subject.as_str());
    format!("{}:{who}", account.provider)
}

fn is_proved(user: &User) -> bool {
    user.email_status >= EmailStatus::Proved
}

fn last_login(user: &User) -> String {
    user.last_login_at
        .map_or_else(|| "never".to_owned(), output::time)
}

fn yes_or_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

fn email_of(user: &User) -> &str {
    user.email
        .as_ref()
        .map_or("no e-mail", EmailAddress::as_str)
}

fn name_of(user: &User) -> String {
    match &user.email {
        Some(email) => email.to_string(),
        None => user.id.to_string(),
    }
}
