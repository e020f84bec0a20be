//! Housekeeping goes on as long as the application's router has the routes.

use std::time::Duration;

use belgie::auth::NewUser;
use belgie::{Belgie, EventKind};
use tokio::sync::mpsc;

/// How long an event may take to be delivered on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn events_are_delivered_as_long_as_a_router_is_left() {
    let (sender, mut delivered) = mpsc::unbounded_channel();
    let belgie = Belgie::at("http://localhost:8080")
        .memory()
        .after_commit(move |event| {
            let sent = sender.send(event.kind);
            async move { Ok(sent?) }
        })
        .build()
        .await
        .unwrap();
    let (auth, router) = (belgie.auth().clone(), belgie.router::<()>());
    drop(belgie);

    let jane = NewUser::new("jane@example.com".parse().unwrap());
    auth.operator().create(jane).await.unwrap();

    let event = tokio::time::timeout(PATIENCE, delivered.recv()).await;
    assert_eq!(event.unwrap(), Some(EventKind::UserCreated));
    drop((router, auth));
    let ended = tokio::time::timeout(PATIENCE, delivered.recv()).await;
    assert_eq!(
        ended.unwrap(),
        None,
        "the hook is gone with the last of them"
    );
}
