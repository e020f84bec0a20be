use belgie_domain::SealedTokens;
use belgie_ports::{Contention, StoreError, StoreExt as _};

use super::TestStore;
use super::row::{assert_conflict, put, within};
use super::sample::{account, sealed, tokens, user};
use crate::changed;

pub(super) async fn tokens_are_read_back_field_by_field(tested: TestStore) {
    let owner = user(1);
    let accounts = [account(1, &owner), account(2, &owner)];
    let full = tokens(1, &accounts[0]);
    let bare = SealedTokens::new(accounts[1].id, sealed(5), full.updated_at);
    put(&tested.store, [(&owner).into()]).await;
    put(&tested.store, accounts.iter().map(Into::into)).await;

    put(&tested.store, [(&full).into(), (&bare).into()]).await;

    for expected in [full, bare] {
        assert_eq!(find(&tested, &expected).await, Some(expected));
    }
}

pub(super) async fn tokens_need_an_account_that_exists(tested: TestStore) {
    let owner = user(1);
    let homeless = tokens(1, &account(1, &owner));
    put(&tested.store, [(&owner).into()]).await;

    assert_conflict(&tested.store, (&homeless).into()).await;

    assert_eq!(find(&tested, &homeless).await, None);
}

pub(super) async fn tokens_are_committed_or_rolled_back_with_their_transaction(tested: TestStore) {
    let first = stored(&tested, 1).await;
    let second = changed(first.clone(), |tokens| tokens.access_token = sealed(9));

    let undone: Result<(), StoreError> = tested
        .store
        .transaction(Contention::none(), second, |second, tx| {
            Box::pin(async move {
                tx.save_tokens(second).await?;
                Err(StoreError::Other("the work changes its mind".into()))
            })
        })
        .await;

    assert!(matches!(undone, Err(StoreError::Other(_))), "{undone:?}");
    assert_eq!(find(&tested, &first).await, Some(first));
}

pub(super) async fn saving_tokens_again_overwrites_them_and_raises_the_revision(tested: TestStore) {
    let first = stored(&tested, 7).await;
    let second = changed(first.clone(), |tokens| {
        tokens.revision = 0;
        tokens.access_token = sealed(20);
        tokens.refresh_token = Some(sealed(21));
        tokens.id_token = None;
        tokens.scope = None;
        tokens.expires_at = None;
        tokens.refreshing_until = None;
        tokens.updated_at = first.updated_at + chrono::TimeDelta::seconds(1);
    });

    put(&tested.store, [(&second).into()]).await;

    let expected = changed(second, |tokens| tokens.revision = 8);
    assert_eq!(find(&tested, &first).await, Some(expected));
}

pub(super) async fn saving_tokens_keeps_a_refresh_token_that_has_no_successor(tested: TestStore) {
    let first = stored(&tested, 1).await;
    let second = changed(first.clone(), |tokens| {
        tokens.access_token = sealed(20);
        tokens.refresh_token = None;
    });

    put(&tested.store, [(&second).into()]).await;

    let expected = changed(second, |tokens| {
        tokens.revision = 2;
        tokens.refresh_token.clone_from(&first.refresh_token);
    });
    assert_eq!(find(&tested, &first).await, Some(expected));
}

pub(super) async fn tokens_are_replaced_at_the_revision_before_only(tested: TestStore) {
    let first = stored(&tested, 7).await;
    let second = changed(first.clone(), |tokens| {
        tokens.access_token = sealed(20);
        tokens.refresh_token = None;
        tokens.refreshing_until = None;
    });

    for revision in [0, 6, 7, 9] {
        let other = changed(second.clone(), |tokens| tokens.revision = revision);
        let replaced = tested.store.replace_tokens(&other).await;
        assert_eq!(replaced.ok(), Some(false), "{revision}");
    }
    assert_eq!(find(&tested, &first).await, Some(first));

    let second = changed(second, |tokens| tokens.revision = 8);
    assert_eq!(tested.store.replace_tokens(&second).await.ok(), Some(true));
    assert_eq!(find(&tested, &second).await, Some(second));
}

pub(super) async fn of_50_replacements_at_once_one_succeeds(tested: TestStore) {
    let mut current = stored(&tested, 0).await;
    for _ in 0..5 {
        let attempts = (1..=50).map(|number| {
            let store = tested.node(number);
            let next = changed(current.clone(), |tokens| {
                tokens.revision += 1;
                tokens.access_token = sealed(number);
            });
            tokio::spawn(async move { (store.replace_tokens(&next).await, next) })
        });

        let mut winners = Vec::new();
        for attempt in attempts.collect::<Vec<_>>() {
            let (replaced, next) = attempt.await.expect("the task ends");
            winners.extend(replaced.expect("it is asked for").then_some(next));
        }

        assert_eq!(winners.len(), 1);
        current = winners.remove(0);
        assert_eq!(find(&tested, &current).await, Some(current.clone()));
    }
}

pub(super) async fn tokens_are_deleted_at_their_revision_only(tested: TestStore) {
    let kept = stored(&tested, 7).await;

    for revision in [0, 6, 8] {
        let deleted = tested.store.delete_tokens(kept.account_id, revision).await;
        assert_eq!(deleted.ok(), Some(false), "{revision}");
    }
    assert_eq!(find(&tested, &kept).await, Some(kept.clone()));

    let deleted = tested.store.delete_tokens(kept.account_id, 7).await;
    assert_eq!(deleted.ok(), Some(true));
    assert_eq!(find(&tested, &kept).await, None);
}

pub(super) async fn tokens_are_paged_in_the_order_of_their_accounts(tested: TestStore) {
    let owner = user(1);
    put(&tested.store, [(&owner).into()]).await;
    let mut all = Vec::new();
    for number in [3, 1, 2, 4] {
        let account = account(number, &owner);
        let tokens = tokens(number, &account);
        put(&tested.store, [(&account).into(), (&tokens).into()]).await;
        all.push(tokens);
    }
    all.sort_by_key(|tokens| tokens.account_id);

    let first = tested.store.tokens_after(None, 3).await;
    assert_eq!(first.expect("they are listed"), all[..3]);
    let after = Some(all[2].account_id);
    let rest = tested.store.tokens_after(after, 3).await;
    assert_eq!(rest.expect("they are listed"), all[3..]);
}

pub(super) async fn tokens_go_with_their_account(tested: TestStore) {
    let owner = user(1);
    put(&tested.store, [(&owner).into()]).await;
    let put_tokens = async |number| {
        let account = account(number, &owner);
        let tokens = tokens(number, &account);
        put(&tested.store, [(&account).into(), (&tokens).into()]).await;
        tokens
    };

    let [kept, gone] = [put_tokens(1).await, put_tokens(2).await];
    within(&tested.store, gone.account_id, |id, tx| {
        tx.delete_account(*id)
    })
    .await;
    assert_eq!(find(&tested, &gone).await, None);
    assert_eq!(find(&tested, &kept).await, Some(kept.clone()));

    let id = owner.id;
    within(&tested.store, id, |id, tx| tx.delete_credentials_of(*id)).await;
    assert_eq!(find(&tested, &kept).await, None);

    let last = put_tokens(3).await;
    within(&tested.store, id, |id, tx| tx.delete_user(*id)).await;
    assert_eq!(find(&tested, &last).await, None);
}

pub(super) async fn tokens_stay_when_their_account_is_updated(tested: TestStore) {
    let kept = stored(&tested, 1).await;
    let updated = changed(account(1, &user(1)), |account| account.email = None);

    within(&tested.store, updated, |updated, tx| {
        tx.update_account(updated)
    })
    .await;

    assert_eq!(find(&tested, &kept).await, Some(kept));
}

/// Stores the tokens of an account, at this revision.
async fn stored(tested: &TestStore, revision: u32) -> SealedTokens {
    let owner = user(1);
    let account = account(1, &owner);
    let tokens = changed(tokens(1, &account), |tokens| tokens.revision = revision);
    let rows = [(&owner).into(), (&account).into(), (&tokens).into()];
    put(&tested.store, rows).await;
    tokens
}

async fn find(tested: &TestStore, sought: &SealedTokens) -> Option<SealedTokens> {
    let found = tested.store.find_tokens(sought.account_id).await;
    found.expect("they are looked up")
}
