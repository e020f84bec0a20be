use belgie_domain::{AccountId, SealedTokens};
use belgie_ports::{AccountTokenWrites, AccountTokens, BoxFuture, StoreError};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::PgStore;
use super::query::Query as _;
use super::schema::provider_tokens;
use super::transaction::PgTransaction;
use crate::error::store_error;
use crate::sealed::{sealed, sealed_bytes, sealed_or_none};
use crate::update_row::update_row;
use crate::value::{found, number};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = provider_tokens, treat_none_as_default_value = false, treat_none_as_null = true, check_for_backend(diesel::pg::Pg))]
pub(super) struct TokenRow {
    account_id: Uuid,
    revision: i64,
    access_token: Vec<u8>,
    refresh_token: Option<Vec<u8>>,
    id_token: Option<Vec<u8>>,
    scope: Option<String>,
    expires_at: Option<DateTime<Utc>>,
    refreshing_until: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
}

impl AccountTokens for PgStore {
    fn find_tokens(
        &self,
        account: AccountId,
    ) -> BoxFuture<'_, Result<Option<SealedTokens>, StoreError>> {
        self.query(move |db, _| Box::pin(find(db, account)))
    }

    fn tokens_after(
        &self,
        after: Option<AccountId>,
        limit: u32,
    ) -> BoxFuture<'_, Result<Vec<SealedTokens>, StoreError>> {
        self.query(move |db, _| Box::pin(page(db, after, limit)))
    }

    fn replace_tokens<'a>(
        &'a self,
        tokens: &'a SealedTokens,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.query(move |db, _| Box::pin(replace(db, tokens)))
    }

    fn delete_tokens(
        &self,
        account: AccountId,
        revision: u32,
    ) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.query(move |db, _| Box::pin(delete(db, account, revision)))
    }
}

impl AccountTokenWrites for PgTransaction<'_> {
    fn save_tokens<'a>(
        &'a self,
        tokens: &'a SealedTokens,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.query(move |db, _| Box::pin(save(db, tokens)))
    }
}

pub(super) async fn find(
    db: &mut AsyncPgConnection,
    account: AccountId,
) -> Result<Option<SealedTokens>, StoreError> {
    let query = provider_tokens::table
        .filter(provider_tokens::account_id.eq(account.as_uuid()))
        .select(TokenRow::as_select());
    let row = found(query.get_result(db).await).map_err(store_error)?;
    row.map(SealedTokens::try_from).transpose()
}

pub(super) async fn page(
    db: &mut AsyncPgConnection,
    after: Option<AccountId>,
    limit: u32,
) -> Result<Vec<SealedTokens>, StoreError> {
    let after = after.map_or(Uuid::nil(), |after| after.as_uuid());
    let rows: Vec<TokenRow> = provider_tokens::table
        .filter(provider_tokens::account_id.gt(after))
        .order(provider_tokens::account_id)
        .limit(limit.into())
        .select(TokenRow::as_select())
        .load(db)
        .await
        .map_err(store_error)?;
    rows.into_iter().map(SealedTokens::try_from).collect()
}

pub(super) async fn replace(
    db: &mut AsyncPgConnection,
    tokens: &SealedTokens,
) -> Result<bool, StoreError> {
    let row = &TokenRow::from(tokens);
    let is_previous = provider_tokens::revision.eq(row.revision - 1);
    let which = provider_tokens::account_id
        .eq(row.account_id)
        .and(is_previous);
    let update = update_row(&provider_tokens::table, row, which);
    Ok(update.execute(db).await.map_err(store_error)? > 0)
}

pub(super) async fn delete(
    db: &mut AsyncPgConnection,
    account: AccountId,
    revision: u32,
) -> Result<bool, StoreError> {
    let which = provider_tokens::table
        .filter(provider_tokens::account_id.eq(account.as_uuid()))
        .filter(provider_tokens::revision.eq(i64::from(revision)));
    Ok(diesel::delete(which)
        .execute(db)
        .await
        .map_err(store_error)?
        > 0)
}

/// Updates first: most people who sign in have done so before.
pub(super) async fn save(
    db: &mut AsyncPgConnection,
    tokens: &SealedTokens,
) -> Result<(), StoreError> {
    let row = &TokenRow::from(tokens);
    let which = provider_tokens::account_id.eq(row.account_id);
    let always = (
        provider_tokens::revision.eq(provider_tokens::revision + 1),
        provider_tokens::access_token.eq(&row.access_token),
        provider_tokens::id_token.eq(&row.id_token),
        provider_tokens::scope.eq(&row.scope),
        provider_tokens::expires_at.eq(row.expires_at),
        provider_tokens::refreshing_until.eq(row.refreshing_until),
        provider_tokens::updated_at.eq(row.updated_at),
    );
    let table = &provider_tokens::table;
    let updated = match &row.refresh_token {
        None => update_row(table, always, which).execute(db).await,
        Some(token) => {
            let refresh_token = provider_tokens::refresh_token.eq(token);
            update_row(table, (always, refresh_token), which)
                .execute(db)
                .await
        }
    };
    if updated.map_err(store_error)? > 0 {
        return Ok(());
    }
    let insert = diesel::insert_into(provider_tokens::table).values(row);
    insert.execute(db).await.map(drop).map_err(store_error)
}

impl From<&SealedTokens> for TokenRow {
    fn from(tokens: &SealedTokens) -> Self {
        Self {
            account_id: tokens.account_id.as_uuid(),
            revision: tokens.revision.into(),
            access_token: sealed_bytes(&tokens.access_token),
            refresh_token: tokens.refresh_token.as_ref().map(sealed_bytes),
            id_token: tokens.id_token.as_ref().map(sealed_bytes),
            scope: tokens.scope.clone(),
            expires_at: tokens.expires_at,
            refreshing_until: tokens.refreshing_until,
            updated_at: tokens.updated_at,
        }
    }
}

impl TryFrom<TokenRow> for SealedTokens {
    type Error = StoreError;

    fn try_from(row: TokenRow) -> Result<Self, StoreError> {
        let account = AccountId::from_uuid(row.account_id);
        let access_token = sealed(&row.access_token, "provider_tokens.access_token")?;
        let updated_at = row.updated_at;
        let mut tokens = Self::new(account, access_token, updated_at);
        let refresh_token = row.refresh_token.as_deref();
        tokens.refresh_token = sealed_or_none(refresh_token, "provider_tokens.refresh_token")?;
        tokens.id_token = sealed_or_none(row.id_token.as_deref(), "provider_tokens.id_token")?;
        tokens.revision = number(row.revision, "provider_tokens.revision")?;
        tokens.scope = row.scope;
        tokens.expires_at = row.expires_at;
        tokens.refreshing_until = row.refreshing_until;
        Ok(tokens)
    }
}
