use belgie_domain::{
    MailedToken, MailedTokenId, PendingSignUp, ProviderIdentity, TokenHash, TokenOwner,
    TokenPurpose, UserId,
};
use belgie_ports::{BoxFuture, MailedTokenWrites, MailedTokens, StoreError};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::PgStore;
use super::query::Query as _;
use super::schema::mailed_tokens;
use super::transaction::PgTransaction;
use crate::error::store_error;
use crate::value::{found, hash, parse, parse_present};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = mailed_tokens, treat_none_as_default_value = false, check_for_backend(diesel::pg::Pg))]
struct TokenRow {
    id: Uuid,
    token_hash: Vec<u8>,
    purpose: String,
    user_id: Option<Uuid>,
    email: String,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    #[diesel(embed)]
    pending: PendingSignUpRow,
}

/// What is known of a pending sign-up; nothing for a user.
#[derive(Default, Queryable, Selectable, Insertable)]
#[diesel(table_name = mailed_tokens, treat_none_as_default_value = false, check_for_backend(diesel::pg::Pg))]
struct PendingSignUpRow {
    provider: Option<String>,
    issuer: Option<String>,
    subject: Option<String>,
    name: Option<String>,
    picture: Option<String>,
    scope: Option<String>,
}

impl MailedTokens for PgStore {
    fn find_mailed_token(
        &self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<MailedToken>, StoreError>> {
        self.query(move |db, _| Box::pin(find(db, token_hash)))
    }

    fn mailed_tokens_of(
        &self,
        user: UserId,
    ) -> BoxFuture<'_, Result<Vec<MailedToken>, StoreError>> {
        self.query(move |db, _| Box::pin(of_user(db, user)))
    }

    fn reissue_mailed_token(
        &self,
        id: MailedTokenId,
        token_hash: TokenHash,
        expires_at: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<Option<MailedToken>, StoreError>> {
        self.query(move |db, _| Box::pin(reissue(db, id, token_hash, expires_at)))
    }

    fn delete_expired_mailed_tokens(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.query(move |db, _| Box::pin(delete_expired(db, now, limit)))
    }
}

impl MailedTokenWrites for PgTransaction<'_> {
    fn put_mailed_token<'a>(
        &'a self,
        token: &'a MailedToken,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.query(move |db, _| Box::pin(put(db, token)))
    }

    fn consume_mailed_token<'a>(
        &'a self,
        token_hash: TokenHash,
        purpose: &'a TokenPurpose,
    ) -> BoxFuture<'a, Result<Option<MailedToken>, StoreError>> {
        self.query(move |db, _| Box::pin(consume(db, token_hash, purpose)))
    }

    fn delete_mailed_tokens_of(&self, user: UserId) -> BoxFuture<'_, Result<(), StoreError>> {
        self.query(move |db, _| Box::pin(delete_of_user(db, user)))
    }
}

async fn find(
    db: &mut AsyncPgConnection,
    token_hash: TokenHash,
) -> Result<Option<MailedToken>, StoreError> {
    let bytes = token_hash.as_bytes().as_slice();
    let query = mailed_tokens::table.filter(mailed_tokens::token_hash.eq(bytes));
    one(query.select(TokenRow::as_select()).get_result(db).await)
}

async fn of_user(db: &mut AsyncPgConnection, user: UserId) -> Result<Vec<MailedToken>, StoreError> {
    let rows: Vec<TokenRow> = mailed_tokens::table
        .filter(mailed_tokens::user_id.eq(user.as_uuid()))
        .order(mailed_tokens::id)
        .select(TokenRow::as_select())
        .load(db)
        .await
        .map_err(store_error)?;
    rows.into_iter().map(MailedToken::try_from).collect()
}

async fn reissue(
    db: &mut AsyncPgConnection,
    id: MailedTokenId,
    token_hash: TokenHash,
    expires_at: DateTime<Utc>,
) -> Result<Option<MailedToken>, StoreError> {
    let update = diesel::update(mailed_tokens::table.find(id.as_uuid())).set((
        mailed_tokens::token_hash.eq(token_hash.as_bytes().as_slice()),
        mailed_tokens::expires_at.eq(expires_at),
    ));
    let update = update.returning(TokenRow::as_returning());
    one(update.get_result(db).await)
}

async fn put(db: &mut AsyncPgConnection, token: &MailedToken) -> Result<(), StoreError> {
    delete_before(db, token).await?;
    let insert = diesel::insert_into(mailed_tokens::table).values(TokenRow::from(token));
    insert.execute(db).await.map(drop).map_err(store_error)
}

/// Deletes what the owner has for the same purpose.
async fn delete_before(db: &mut AsyncPgConnection, token: &MailedToken) -> Result<(), StoreError> {
    let for_purpose = mailed_tokens::purpose.eq(token.purpose.as_str());
    let before = mailed_tokens::table.filter(for_purpose);
    let deleted = match &token.owner {
        TokenOwner::User(user) => {
            let of_user = mailed_tokens::user_id.eq(user.as_uuid());
            diesel::delete(before.filter(of_user)).execute(db).await
        }
        TokenOwner::PendingSignUp(pending) => {
            let of_issuer = mailed_tokens::issuer.eq(pending.issuer.as_str());
            let of_subject = mailed_tokens::subject.eq(pending.subject.as_str());
            let of_account = before.filter(of_issuer).filter(of_subject);
            diesel::delete(of_account).execute(db).await
        }
    };
    deleted.map(drop).map_err(store_error)
}

/// One statement finds and deletes, so at most one caller gets the token.
async fn consume(
    db: &mut AsyncPgConnection,
    token_hash: TokenHash,
    purpose: &TokenPurpose,
) -> Result<Option<MailedToken>, StoreError> {
    let bytes = token_hash.as_bytes().as_slice();
    let token = mailed_tokens::table
        .filter(mailed_tokens::token_hash.eq(bytes))
        .filter(mailed_tokens::purpose.eq(purpose.as_str()));
    let delete = diesel::delete(token).returning(TokenRow::as_returning());
    one(delete.get_result(db).await)
}

/// Passes over those that another statement has locked.
async fn delete_expired(
    db: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<u64, StoreError> {
    let old = diesel::alias!(mailed_tokens as old);
    let free = old
        .filter(old.field(mailed_tokens::expires_at).le(now))
        .limit(limit.into())
        .select(old.field(mailed_tokens::id))
        .for_update()
        .skip_locked();
    let batch = mailed_tokens::table.filter(mailed_tokens::id.eq_any(free));
    let deleted = diesel::delete(batch).execute(db).await;
    Ok(deleted.map_err(store_error)? as u64)
}

pub(super) async fn delete_of_user(
    db: &mut AsyncPgConnection,
    user: UserId,
) -> Result<(), StoreError> {
    let of_user = mailed_tokens::user_id.eq(user.as_uuid());
    let delete = diesel::delete(mailed_tokens::table.filter(of_user));
    delete.execute(db).await.map(drop).map_err(store_error)
}

fn one(answer: QueryResult<TokenRow>) -> Result<Option<MailedToken>, StoreError> {
    let row = found(answer).map_err(store_error)?;
    row.map(MailedToken::try_from).transpose()
}

impl From<&MailedToken> for TokenRow {
    fn from(token: &MailedToken) -> Self {
        Self {
            id: token.id.as_uuid(),
            token_hash: token.token_hash.as_bytes().to_vec(),
            purpose: token.purpose.to_string(),
            user_id: token.user_id().map(|user| user.as_uuid()),
            email: token.email.to_string(),
            created_at: token.created_at,
            expires_at: token.expires_at,
            pending: PendingSignUpRow::from(&token.owner),
        }
    }
}

impl TryFrom<TokenRow> for MailedToken {
    type Error = StoreError;

    fn try_from(row: TokenRow) -> Result<Self, StoreError> {
        let owner: TokenOwner = match row.user_id {
            Some(user) => UserId::from_uuid(user).into(),
            None => PendingSignUp::try_from(row.pending)?.into(),
        };
        let email = parse(&row.email, "mailed_tokens.email")?;
        let mut token = Self::new(
            MailedTokenId::from_uuid(row.id),
            hash(&row.token_hash, "mailed_tokens.token_hash")?,
            TokenPurpose::from(&*row.purpose),
            (owner, email),
            row.created_at,
        );
        token.expires_at = row.expires_at;
        Ok(token)
    }
}

impl From<&TokenOwner> for PendingSignUpRow {
    fn from(owner: &TokenOwner) -> Self {
        match owner {
            TokenOwner::User(_) => Self::default(),
            TokenOwner::PendingSignUp(pending) => Self {
                provider: Some(pending.provider.to_string()),
                issuer: Some(pending.issuer.to_string()),
                subject: Some(pending.subject.to_string()),
                name: pending.name.clone(),
                picture: pending.picture.clone(),
                scope: pending.scope.clone(),
            },
        }
    }
}

impl TryFrom<PendingSignUpRow> for PendingSignUp {
    type Error = StoreError;

    fn try_from(row: PendingSignUpRow) -> Result<Self, StoreError> {
        let provider = parse_present(row.provider.as_deref(), "mailed_tokens.provider")?;
        let issuer = parse_present(row.issuer.as_deref(), "mailed_tokens.issuer")?;
        let subject = parse_present(row.subject.as_deref(), "mailed_tokens.subject")?;
        let mut pending = Self::new(provider, &ProviderIdentity::new(issuer, subject));
        (pending.name, pending.picture, pending.scope) = (row.name, row.picture, row.scope);
        Ok(pending)
    }
}
