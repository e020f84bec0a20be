use belgie_domain::{
    Delivery, EmailStatus, NewPendingSignIn, PendingSignIn, ProviderIdentity, TokenHash, UserId,
};
use belgie_ports::{BoxFuture, PendingSignInWrites, PendingSignIns, StoreError};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::PgStore;
use super::query::Query as _;
use super::schema::pending_sign_ins;
use super::transaction::PgTransaction;
use crate::error::store_error;
use crate::value::{found, hash, parse, parse_some, standing};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = pending_sign_ins, primary_key(binding_hash), treat_none_as_default_value = false, treat_none_as_null = true, check_for_backend(diesel::pg::Pg))]
struct PendingRow {
    binding_hash: Vec<u8>,
    provider: String,
    issuer: String,
    subject: String,
    email: Option<String>,
    email_verified: bool,
    email_proved: bool,
    name: Option<String>,
    picture: Option<String>,
    scope: Option<String>,
    holder_id: Uuid,
    return_to: String,
    client_state: Option<String>,
    delivery: String,
    code_challenge: Option<String>,
    replaces: Option<Vec<u8>>,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl PendingSignIns for PgStore {
    fn put_pending_sign_in<'a>(
        &'a self,
        pending: &'a PendingSignIn,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.query(move |db, _| Box::pin(put(db, pending)))
    }

    fn find_pending_sign_in(
        &self,
        binding_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<PendingSignIn>, StoreError>> {
        self.query(move |db, _| Box::pin(find(db, binding_hash)))
    }

    fn delete_pending_sign_in(
        &self,
        binding_hash: TokenHash,
    ) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.query(move |db, _| Box::pin(delete(db, binding_hash)))
    }

    fn delete_expired_pending_sign_ins(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.query(move |db, _| Box::pin(delete_expired(db, now, limit)))
    }
}

impl PendingSignInWrites for PgTransaction<'_> {
    fn consume_pending_sign_in(
        &self,
        binding_hash: TokenHash,
        holder: UserId,
    ) -> BoxFuture<'_, Result<Option<PendingSignIn>, StoreError>> {
        self.query(move |db, _| Box::pin(consume(db, binding_hash, holder)))
    }
}

async fn put(db: &mut AsyncPgConnection, pending: &PendingSignIn) -> Result<(), StoreError> {
    let row = PendingRow::from(pending);
    let insert = diesel::insert_into(pending_sign_ins::table).values(&row);
    let put = insert
        .on_conflict(pending_sign_ins::binding_hash)
        .do_update()
        .set(&row);
    put.execute(db).await.map(drop).map_err(store_error)
}

async fn find(
    db: &mut AsyncPgConnection,
    binding_hash: TokenHash,
) -> Result<Option<PendingSignIn>, StoreError> {
    let query = pending_sign_ins::table.find(binding_hash.as_bytes().as_slice());
    one(query.select(PendingRow::as_select()).get_result(db).await)
}

/// One statement finds and deletes, so at most one caller gets it.
async fn consume(
    db: &mut AsyncPgConnection,
    binding_hash: TokenHash,
    holder: UserId,
) -> Result<Option<PendingSignIn>, StoreError> {
    let of_browser = pending_sign_ins::table.find(binding_hash.as_bytes().as_slice());
    let of_holder = pending_sign_ins::holder_id.eq(holder.as_uuid());
    let delete = diesel::delete(of_browser.filter(of_holder));
    let delete = delete.returning(PendingRow::as_returning());
    one(delete.get_result(db).await)
}

async fn delete(db: &mut AsyncPgConnection, binding_hash: TokenHash) -> Result<bool, StoreError> {
    let of_browser = pending_sign_ins::table.find(binding_hash.as_bytes().as_slice());
    let deleted = diesel::delete(of_browser).execute(db).await;
    Ok(deleted.map_err(store_error)? > 0)
}

/// Passes over those that another statement has locked.
async fn delete_expired(
    db: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<u64, StoreError> {
    let old = diesel::alias!(pending_sign_ins as old);
    let free = old
        .filter(old.field(pending_sign_ins::expires_at).le(now))
        .limit(limit.into())
        .select(old.field(pending_sign_ins::binding_hash))
        .for_update()
        .skip_locked();
    let batch = pending_sign_ins::table.filter(pending_sign_ins::binding_hash.eq_any(free));
    let deleted = diesel::delete(batch).execute(db).await;
    Ok(deleted.map_err(store_error)? as u64)
}

pub(super) async fn delete_of_holder(
    db: &mut AsyncPgConnection,
    holder: UserId,
) -> Result<(), StoreError> {
    let of_holder = pending_sign_ins::holder_id.eq(holder.as_uuid());
    let delete = diesel::delete(pending_sign_ins::table.filter(of_holder));
    delete.execute(db).await.map(drop).map_err(store_error)
}

fn one(answer: QueryResult<PendingRow>) -> Result<Option<PendingSignIn>, StoreError> {
    let row = found(answer).map_err(store_error)?;
    row.map(PendingSignIn::try_from).transpose()
}

impl From<&PendingSignIn> for PendingRow {
    fn from(pending: &PendingSignIn) -> Self {
        Self {
            binding_hash: pending.binding_hash.as_bytes().to_vec(),
            provider: pending.provider.to_string(),
            issuer: pending.issuer.to_string(),
            subject: pending.subject.to_string(),
            email: pending.email.clone(),
            email_verified: pending.email_status.is_verified(),
            email_proved: pending.email_status == EmailStatus::Proved,
            name: pending.name.clone(),
            picture: pending.picture.clone(),
            scope: pending.scope.clone(),
            holder_id: pending.holder.as_uuid(),
            return_to: pending.return_to.clone(),
            client_state: pending.client_state.clone(),
            delivery: pending.delivery.as_str().to_owned(),
            code_challenge: pending.delivery.code_challenge().map(ToString::to_string),
            replaces: pending.replaces.map(|hash| hash.as_bytes().to_vec()),
            created_at: pending.created_at,
            expires_at: pending.expires_at,
        }
    }
}

impl TryFrom<PendingRow> for PendingSignIn {
    type Error = StoreError;

    fn try_from(row: PendingRow) -> Result<Self, StoreError> {
        let issuer = parse(&row.issuer, "pending_sign_ins.issuer")?;
        let subject = parse(&row.subject, "pending_sign_ins.subject")?;
        let mut pending = Self::new(NewPendingSignIn {
            binding_hash: hash(&row.binding_hash, "pending_sign_ins.binding_hash")?,
            provider: parse(&row.provider, "pending_sign_ins.provider")?,
            identity: ProviderIdentity::new(issuer, subject),
            holder: UserId::from_uuid(row.holder_id),
            return_to: row.return_to,
            created_at: row.created_at,
        });
        let column = "pending_sign_ins.email_proved";
        pending.email_status = standing(row.email_verified, row.email_proved, column)?;
        (pending.email, pending.name) = (row.email, row.name);
        (pending.picture, pending.scope) = (row.picture, row.scope);
        pending.client_state = row.client_state;
        let column = "pending_sign_ins.code_challenge";
        let challenge = parse_some(row.code_challenge.as_deref(), column)?;
        pending.delivery = Delivery::from_stored(&row.delivery, challenge);
        let replaces = row.replaces.as_deref();
        let replaces = replaces.map(|bytes| hash(bytes, "pending_sign_ins.replaces"));
        pending.replaces = replaces.transpose()?;
        pending.expires_at = row.expires_at;
        Ok(pending)
    }
}
