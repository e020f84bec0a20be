use belgie_domain::{
    Delivery, EmailStatus, NewPendingSignIn, PendingSignIn, ProviderIdentity, TokenHash, UserId,
};
use belgie_ports::{BoxFuture, PendingSignInWrites, PendingSignIns, StoreError};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::SqliteStore;
use super::column::{Hash, Id, micros, time};
use super::query::Query as _;
use super::schema::pending_sign_ins;
use super::transaction::SqliteTransaction;
use crate::error::store_error;
use crate::value::{found, parse, parse_some, standing};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = pending_sign_ins, primary_key(binding_hash), treat_none_as_default_value = false, treat_none_as_null = true, check_for_backend(diesel::sqlite::Sqlite))]
struct PendingRow {
    binding_hash: Hash,
    provider: String,
    issuer: String,
    subject: String,
    email: Option<String>,
    email_verified: bool,
    email_proved: bool,
    name: Option<String>,
    picture: Option<String>,
    scope: Option<String>,
    holder_id: Id,
    return_to: String,
    client_state: Option<String>,
    delivery: String,
    code_challenge: Option<String>,
    replaces: Option<Hash>,
    created_at: i64,
    expires_at: i64,
}

/// None of the single writes waits for the disk: see `docs/decisions/0014-attempts-without-sync.md`.
impl PendingSignIns for SqliteStore {
    fn put_pending_sign_in<'a>(
        &'a self,
        pending: &'a PendingSignIn,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        let row = PendingRow::from(pending);
        self.write_unsynced(move |db| put(db, &row))
    }

    fn find_pending_sign_in(
        &self,
        binding_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<PendingSignIn>, StoreError>> {
        self.look_up(move |db| find(db, binding_hash))
    }

    fn delete_pending_sign_in(
        &self,
        binding_hash: TokenHash,
    ) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.write_unsynced(move |db| delete(db, Hash::from(binding_hash)))
    }

    fn delete_expired_pending_sign_ins(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.write_unsynced(move |db| delete_expired(db, now, limit))
    }
}

impl PendingSignInWrites for SqliteTransaction<'_> {
    fn consume_pending_sign_in(
        &self,
        binding_hash: TokenHash,
        holder: UserId,
    ) -> BoxFuture<'_, Result<Option<PendingSignIn>, StoreError>> {
        self.apply(move |db| consume(db, binding_hash, holder))
    }
}

fn put(db: &mut SqliteConnection, row: &PendingRow) -> Result<(), StoreError> {
    let insert = diesel::insert_into(pending_sign_ins::table).values(row);
    let put = insert
        .on_conflict(pending_sign_ins::binding_hash)
        .do_update()
        .set(row);
    put.execute(db).map(drop).map_err(store_error)
}

fn find(
    db: &mut SqliteConnection,
    binding_hash: TokenHash,
) -> Result<Option<PendingSignIn>, StoreError> {
    let query = pending_sign_ins::table.find(Hash::from(binding_hash));
    one(query.select(PendingRow::as_select()).get_result(db))
}

/// One statement finds and deletes, so at most one caller gets it.
fn consume(
    db: &mut SqliteConnection,
    binding_hash: TokenHash,
    holder: UserId,
) -> Result<Option<PendingSignIn>, StoreError> {
    let of_browser = pending_sign_ins::table.find(Hash::from(binding_hash));
    let of_holder = pending_sign_ins::holder_id.eq(Id::from(holder.as_uuid()));
    let delete = diesel::delete(of_browser.filter(of_holder));
    one(delete.returning(PendingRow::as_returning()).get_result(db))
}

fn delete(db: &mut SqliteConnection, binding_hash: Hash) -> Result<bool, StoreError> {
    let delete = diesel::delete(pending_sign_ins::table.find(binding_hash));
    Ok(delete.execute(db).map_err(store_error)? > 0)
}

fn delete_expired(
    db: &mut SqliteConnection,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<u64, StoreError> {
    let over: Vec<Hash> = pending_sign_ins::table
        .filter(pending_sign_ins::expires_at.le(micros(now)))
        .limit(limit.into())
        .select(pending_sign_ins::binding_hash)
        .load(db)
        .map_err(store_error)?;
    let mut deleted = 0;
    for binding_hash in over {
        deleted += u64::from(delete(db, binding_hash)?);
    }
    Ok(deleted)
}

pub(super) fn delete_of_holder(
    db: &mut SqliteConnection,
    holder: UserId,
) -> Result<(), StoreError> {
    let of_holder = pending_sign_ins::holder_id.eq(Id::from(holder.as_uuid()));
    let delete = diesel::delete(pending_sign_ins::table.filter(of_holder));
    delete.execute(db).map(drop).map_err(store_error)
}

fn one(answer: QueryResult<PendingRow>) -> Result<Option<PendingSignIn>, StoreError> {
    let row = found(answer).map_err(store_error)?;
    row.map(PendingSignIn::try_from).transpose()
}

impl From<&PendingSignIn> for PendingRow {
    fn from(pending: &PendingSignIn) -> Self {
        Self {
            binding_hash: pending.binding_hash.into(),
            provider: pending.provider.to_string(),
            issuer: pending.issuer.to_string(),
            subject: pending.subject.to_string(),
            email: pending.email.clone(),
            email_verified: pending.email_status.is_verified(),
            email_proved: pending.email_status == EmailStatus::Proved,
            name: pending.name.clone(),
            picture: pending.picture.clone(),
            scope: pending.scope.clone(),
            holder_id: pending.holder.as_uuid().into(),
            return_to: pending.return_to.clone(),
            client_state: pending.client_state.clone(),
            delivery: pending.delivery.as_str().to_owned(),
            code_challenge: pending.delivery.code_challenge().map(ToString::to_string),
            replaces: pending.replaces.map(Hash::from),
            created_at: micros(pending.created_at),
            expires_at: micros(pending.expires_at),
        }
    }
}

impl TryFrom<PendingRow> for PendingSignIn {
    type Error = StoreError;

    fn try_from(row: PendingRow) -> Result<Self, StoreError> {
        let issuer = parse(&row.issuer, "pending_sign_ins.issuer")?;
        let subject = parse(&row.subject, "pending_sign_ins.subject")?;
        let mut pending = Self::new(NewPendingSignIn {
            binding_hash: row.binding_hash.into(),
            provider: parse(&row.provider, "pending_sign_ins.provider")?,
            identity: ProviderIdentity::new(issuer, subject),
            holder: UserId::from_uuid(row.holder_id.uuid()),
            return_to: row.return_to,
            created_at: time(row.created_at, "pending_sign_ins.created_at")?,
        });
        let column = "pending_sign_ins.email_proved";
        pending.email_status = standing(row.email_verified, row.email_proved, column)?;
        (pending.email, pending.name) = (row.email, row.name);
        (pending.picture, pending.scope) = (row.picture, row.scope);
        pending.client_state = row.client_state;
        let column = "pending_sign_ins.code_challenge";
        let challenge = parse_some(row.code_challenge.as_deref(), column)?;
        pending.delivery = Delivery::from_stored(&row.delivery, challenge);
        pending.replaces = row.replaces.map(TokenHash::from);
        pending.expires_at = time(row.expires_at, "pending_sign_ins.expires_at")?;
        Ok(pending)
    }
}
