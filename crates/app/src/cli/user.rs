use anyhow::bail;
use belgie_auth::{Admin, Auth, AuthError, NewUser, UserRef};
use belgie_domain::{EmailAddress, EmailStanding, Refusal, Role, User, UserId};
use belgie_ports::UserPage;
use belgie_web::UserView;

use super::arguments::{CreateUser, UserArgument, UserCommand};
use super::output;
use super::start::Start;

/// Users that are asked for at a time: the list may be long.
const PAGE: u32 = 500;

pub(super) async fn run(start: Start, command: UserCommand) -> anyhow::Result<()> {
    let auth = start.open().await?;
    let admin = auth.admin();
    match command {
        UserCommand::List(format) => list(admin, format.json).await,
        UserCommand::Show { user, json } => show(&find(&auth, &user.user).await?, json.json),
        UserCommand::Create(new) => create(admin, new).await,
        UserCommand::SetRole { user, role } => set_role(&auth, &user, role).await,
        UserCommand::Disable(user) => {
            let user = admin.disable(id_of(&auth, &user).await?).await?;
            output::line(&format!(
                "{} is disabled and has no session any more",
                name_of(&user)
            ))
        }
        UserCommand::Enable(user) => {
            let user = admin.enable(id_of(&auth, &user).await?).await?;
            output::line(&format!("{} may sign in", name_of(&user)))
        }
        UserCommand::Delete(user) => {
            let user = find(&auth, &user.user).await?;
            admin.delete(user.id).await?;
            output::line(&format!("{} is deleted", name_of(&user)))
        }
    }
}

/// Finds the user whom somebody names by address or id.
pub(super) async fn find(auth: &Auth, name: &str) -> anyhow::Result<User> {
    let Ok(user) = name.parse::<UserRef>() else {
        bail!("\"{name}\" is neither an e-mail address nor a user's id");
    };
    Ok(auth.admin().find(&user).await?)
}

async fn id_of(auth: &Auth, user: &UserArgument) -> anyhow::Result<UserId> {
    Ok(find(auth, &user.user).await?.id)
}

async fn list(admin: Admin<'_>, json: bool) -> anyhow::Result<()> {
    let mut views = output::List::begin(json, HEADINGS)?;
    let mut after = None;
    loop {
        let page = UserPage { after, limit: PAGE };
        let users = admin.list(page).await?;
        for user in &users {
            views.item(&UserView::from(user), || row(user))?;
        }
        match users.last() {
            Some(last) => after = Some(last.id),
            None => return views.end(),
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
    let email_standing = if new.unverified {
        EmailStanding::Unverified
    } else {
        EmailStanding::Proved
    };
    let user = NewUser {
        email: new.email.clone(),
        email_standing,
        name: new.name,
        role: new.role,
    };
    match admin.create(user).await {
        Ok(user) if new.json.json => show(&user, true),
        Ok(user) => output::line(&format!("{} is user {}", name_of(&user), user.id)),
        Err(AuthError::Refused(Refusal::AccountExists)) => {
            bail!("there is already a user {}", new.email)
        }
        Err(error) => Err(error.into()),
    }
}

async fn set_role(auth: &Auth, user: &UserArgument, role: Role) -> anyhow::Result<()> {
    let user = auth
        .admin()
        .set_role(id_of(auth, user).await?, role)
        .await?;
    output::line(&format!("{} has the role {}", name_of(&user), user.role))
}

fn show(user: &User, json: bool) -> anyhow::Result<()> {
    if json {
        return output::json(&UserView::from(user));
    }
    let (id, yes_or_no) = (user.id.to_string(), |yes| if yes { "yes" } else { "no" });
    let last_login = user
        .last_login_at
        .map_or_else(|| "never".to_owned(), output::time);
    for (name, value) in [
        ("id", id.as_str()),
        ("e-mail", email_of(user)),
        ("verified", yes_or_no(user.email_standing.is_verified())),
        ("name", user.name.as_deref().unwrap_or("none")),
        ("role", user.role.as_str()),
        ("active", yes_or_no(user.is_active)),
        ("last sign-in", &last_login),
        ("created", &output::time(user.created_at)),
        ("updated", &output::time(user.updated_at)),
    ] {
        output::line(&format!("{name:12}  {value}"))?;
    }
    Ok(())
}

const HEADINGS: &str =
    "id                                    role   active  last sign-in          e-mail and name";

fn row(user: &User) -> String {
    let last_login = user
        .last_login_at
        .map_or_else(|| "never".to_owned(), output::time);
    let active = if user.is_active { "yes" } else { "no" };
    let name = user.name.as_deref().map(|name| format!("  {name}"));
    format!(
        "{}  {:5}  {active:6}  {last_login:20}  {}{}",
        user.id,
        user.role.as_str(),
        email_of(user),
        name.unwrap_or_default(),
    )
}

fn email_of(user: &User) -> &str {
    user.email.as_ref().map_or("none", EmailAddress::as_str)
}

fn name_of(user: &User) -> String {
    match &user.email {
        Some(email) => email.to_string(),
        None => user.id.to_string(),
    }
}
