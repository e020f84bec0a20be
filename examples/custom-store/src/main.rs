//! Uses a store of one's own where Belgie would use its own, and prints how long its calls took. See README.md.

use std::error::Error;

use belgie_adapter_diesel::{SqliteOptions, SqliteStore};
use belgie_auth::{Auth, NewUser, Policy};
use belgie_domain::{EmailStanding, RedirectRule, Role};
use belgie_ports::UserPage;
use chrono::TimeDelta;
use custom_store::TimedStore;
use url::Url;

#[expect(clippy::print_stdout, reason = "printing is what it is for")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let sqlite = SqliteStore::open(&SqliteOptions::memory())?;
    sqlite.migrate().await?;
    let store = TimedStore::new(sqlite);
    let timings = store.timings();

    let site = RedirectRule::new(Url::parse("http://localhost:8080")?, []);
    let auth = Auth::builder().store(store).build(Policy::new(site))?;
    let admin = auth.admin();
    for number in 1..=100 {
        let new = NewUser {
            email: format!("user-{number}@example.com").parse()?,
            email_standing: EmailStanding::Proved,
            name: None,
            role: Role::User,
        };
        let user = admin.create(new).await?;
        admin.disable(user.id).await?;
    }
    let (after, limit) = (None, 1000);
    let users = admin.list(UserPage { after, limit }).await?;
    auth.housekeeping().sweep(TimeDelta::zero()).await?;

    println!("{} users\n\n{timings}", users.len());
    Ok(())
}
