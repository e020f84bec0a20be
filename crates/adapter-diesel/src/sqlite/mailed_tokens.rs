use belgie_domain::{
    MailedToken, MailedTokenId, PendingSignUp, ProviderIdentity, TokenHash, TokenOwner,
    TokenPurpose, UserId,
};
use belgie_ports::{BoxFuture, MailedTokenWrites, MailedTokens, StoreError};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::SqliteStore;
use super::column::{Hash, Id, micros, time};
use super::query::Query as _;
use super::schema::mailed_tokens;
use super::transaction::SqliteTransaction;
use crate::error::store_error;
use crate::value::{found, parse, parse_present};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = mailed_tokens, treat_none_as_default_value = false, check_for_backend(diesel::sqlite::Sqlite))]
struct TokenRow {
    id: Id,
    token_hash: Hash,
    purpose: String,
    user_id: Option<Id>,
    email: String,
    created_at: i64,
    expires_at: i64,
    #[diesel(embed)]
    pending: PendingSignUpRow,
}

/// What is known of a pending sign-up; nothing for a user.
#[derive(Default, Queryable, Selectable, Insertable)]
#[diesel(table_name = mailed_tokens, treat_none_as_default_value = false, check_for_backend(diesel::sqlite::Sqlite))]
struct PendingSignUpRow {
    provider: Option<String>,
    issuer: Option<String>,
    subject: Option<String>,
    name: Option<String>,
    picture: Option<String>,
    scope: Option<String>,
}

impl MailedTokens for SqliteStore {
    fn find_mailed_token(
        &self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<MailedToken>, StoreError>> {
        self.look_up(move |db| find(db, token_hash))
    }

    fn mailed_tokens_of(
        &self,
        user: UserId,
    ) -> BoxFuture<'_, Result<Vec<MailedToken>, StoreError>> {
        self.list(move |db| of_user(db, user))
    }

    fn reissue_mailed_token(
        &self,
        id: MailedTokenId,
        token_hash: TokenHash,
        expires_at: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<Option<MailedToken>, StoreError>> {
        self.write(move |db| reissue(db, id, token_hash, expires_at))
    }

    fn delete_expired_mailed_tokens(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.write(move |db| delete_expired(db, now, limit))
    }
}

impl MailedTokenWrites for SqliteTransaction<'_> {
    fn put_mailed_token<'a>(
        &'a self,
        token: &'a MailedToken,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(|db| put(db, token))
    }

    fn consume_mailed_token<'a>(
        &'a self,
        token_hash: TokenHash,
        purpose: &'a TokenPurpose,
    ) -> BoxFuture<'a, Result<Option<MailedToken>, StoreError>> {
        self.apply(move |db| consume(db, token_hash, purpose))
    }

    fn delete_mailed_tokens_of(&self, user: UserId) -> BoxFuture<'_, Result<(), StoreError>> {
        self.apply(move |db| delete_of_user(db, user))
    }
}

fn find(
    db: &mut SqliteConnection,
    token_hash: TokenHash,
) -> Result<Option<MailedToken>, StoreError> {
    let of_hash = mailed_tokens::token_hash.eq(Hash::from(token_hash));
    let query = mailed_tokens::table.filter(of_hash);
    one(query.select(TokenRow::as_select()).get_result(db))
}

fn of_user(db: &mut SqliteConnection, user: UserId) -> Result<Vec<MailedToken>, StoreError> {
    let rows: Vec<TokenRow> = mailed_tokens::table
        .filter(mailed_tokens::user_id.eq(Id::from(user.as_uuid())))
        .order(mailed_tokens::id)
        .select(TokenRow::as_select())
        .load(db)
        .map_err(store_error)?;
    rows.into_iter().map(MailedToken::try_from).collect()
}

fn reissue(
    db: &mut SqliteConnection,
    id: MailedTokenId,
    token_hash: TokenHash,
    expires_at: DateTime<Utc>,
) -> Result<Option<MailedToken>, StoreError> {
    let update = diesel::update(mailed_tokens::table.find(Id::from(id.as_uuid()))).set((
        mailed_tokens::token_hash.eq(Hash::from(token_hash)),
        mailed_tokens::expires_at.eq(micros(expires_at)),
    ));
    one(update.returning(TokenRow::as_returning()).get_result(db))
}

fn put(db: &mut SqliteConnection, token: &MailedToken) -> Result<(), StoreError> {
    delete_before(db, token)?;
    let insert = diesel::insert_into(mailed_tokens::table).values(TokenRow::from(token));
    insert.execute(db).map(drop).map_err(store_error)
}

/// Deletes what the owner has for the same purpose.
fn delete_before(db: &mut SqliteConnection, token: &MailedToken) -> Result<(), StoreError> {
    let for_purpose = mailed_tokens::purpose.eq(token.purpose.as_str());
    let before = mailed_tokens::table.filter(for_purpose);
    let deleted = match &token.owner {
        TokenOwner::User(user) => {
            let of_user = mailed_tokens::user_id.eq(Id::from(user.as_uuid()));
            diesel::delete(before.filter(of_user)).execute(db)
        }
        TokenOwner::PendingSignUp(pending) => {
            let of_issuer = mailed_tokens::issuer.eq(pending.issuer.as_str());
            let of_subject = mailed_tokens::subject.eq(pending.subject.as_str());
            diesel::delete(before.filter(of_issuer).filter(of_subject)).execute(db)
        }
    };
    deleted.map(drop).map_err(store_error)
}

/// One statement finds and deletes, so at most one caller gets the token.
fn consume(
    db: &mut SqliteConnection,
    token_hash: TokenHash,
    purpose: &TokenPurpose,
) -> Result<Option<MailedToken>, StoreError> {
    let token = mailed_tokens::table
        .filter(mailed_tokens::token_hash.eq(Hash::from(token_hash)))
        .filter(mailed_tokens::purpose.eq(purpose.as_str()));
    let delete = diesel::delete(token).returning(TokenRow::as_returning());
    one(delete.get_result(db))
}

fn delete_expired(
    db: &mut SqliteConnection,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<u64, StoreError> {
    let over: Vec<Id> = mailed_tokens::table
        .filter(mailed_tokens::expires_at.le(micros(now)))
        .limit(limit.into())
        .select(mailed_tokens::id)
        .load(db)
        .map_err(store_error)?;
    let mut deleted = 0;
    for id in over {
        let delete = diesel::delete(mailed_tokens::table.find(id));
        deleted += delete.execute(db).map_err(store_error)? as u64;
    }
    Ok(deleted)
}

pub(super) fn delete_of_user(db: &mut SqliteConnection, user: UserId) -> Result<(), StoreError> {
    let of_user = mailed_tokens::user_id.eq(Id::from(user.as_uuid()));
    let delete = diesel::delete(mailed_tokens::table.filter(of_user));
    delete.execute(db).map(drop).map_err(store_error)
}

fn one(answer: QueryResult<TokenRow>) -> Result<Option<MailedToken>, StoreError> {
    let row = found(answer).map_err(store_error)?;
    row.map(MailedToken::try_from).transpose()
}

impl From<&MailedToken> for TokenRow {
    fn from(token: &MailedToken) -> Self {
        Self {
            id: token.id.as_uuid().into(),
            token_hash: token.token_hash.into(),
            purpose: token.purpose.to_string(),
            user_id: token.user_id().map(|user| user.as_uuid().into()),
            email: token.email.to_string(),
            created_at: micros(token.created_at),
            expires_at: micros(token.expires_at),
            pending: PendingSignUpRow::from(&token.owner),
        }
    }
}

impl TryFrom<TokenRow> for MailedToken {
    type Error = StoreError;

    fn try_from(row: TokenRow) -> Result<Self, StoreError> {
        let owner: TokenOwner = match row.user_id {
            Some(user) => UserId::from_uuid(user.uuid()).into(),
            None => PendingSignUp::try_from(row.pending)?.into(),
        };
        let email = parse(&row.email, "mailed_tokens.email")?;
        let mut token = Self::new(
            MailedTokenId::from_uuid(row.id.uuid()),
            row.token_hash.into(),
            TokenPurpose::from(&*row.purpose),
            (owner, email),
            time(row.created_at, "mailed_tokens.created_at")?,
        );
        token.expires_at = time(row.expires_at, "mailed_tokens.expires_at")?;
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
