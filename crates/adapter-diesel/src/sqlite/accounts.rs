use belgie_domain::{Account, AccountId, Issuer, ProviderIdentity, Subject, UserId};
use belgie_ports::{AccountWrites, Accounts, BoxFuture, StoreError};
use diesel::prelude::*;

use super::SqliteStore;
use super::column::{Id, micros, time};
use super::query::Query as _;
use super::schema::accounts;
use super::transaction::SqliteTransaction;
use crate::error::store_error;
use crate::update_row::update_row;
use crate::value::{found, parse};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = accounts, treat_none_as_default_value = false, treat_none_as_null = true, check_for_backend(diesel::sqlite::Sqlite))]
struct AccountRow {
    id: Id,
    user_id: Id,
    provider: String,
    issuer: String,
    subject: String,
    email: Option<String>,
    scope: Option<String>,
    created_at: i64,
    last_used_at: i64,
}

macro_rules! look_ups {
    ($store:ty) => {
        impl Accounts for $store {
            fn find_account<'a>(
                &'a self,
                issuer: &'a Issuer,
                subject: &'a Subject,
            ) -> BoxFuture<'a, Result<Option<Account>, StoreError>> {
                let (issuer, subject) = (issuer.clone(), subject.clone());
                self.look_up(move |db| find(db, &issuer, &subject))
            }

            fn accounts_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Account>, StoreError>> {
                self.list(move |db| of_user(db, user))
            }
        }
    };
}

look_ups!(SqliteStore);
look_ups!(SqliteTransaction<'_>);

impl AccountWrites for SqliteTransaction<'_> {
    fn insert_account<'a>(&'a self, account: &'a Account) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(|db| insert(db, account))
    }

    fn update_account<'a>(
        &'a self,
        account: &'a Account,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.apply(|db| update(db, account))
    }

    fn delete_account(&self, id: AccountId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.apply(move |db| delete(db, id))
    }
}

pub(super) fn find(
    db: &mut SqliteConnection,
    issuer: &Issuer,
    subject: &Subject,
) -> Result<Option<Account>, StoreError> {
    let query = accounts::table
        .filter(accounts::issuer.eq(issuer.as_str()))
        .filter(accounts::subject.eq(subject.as_str()))
        .select(AccountRow::as_select());
    let row = found(query.get_result(db)).map_err(store_error)?;
    row.map(Account::try_from).transpose()
}

pub(super) fn of_user(db: &mut SqliteConnection, user: UserId) -> Result<Vec<Account>, StoreError> {
    let rows: Vec<AccountRow> = accounts::table
        .filter(accounts::user_id.eq(Id::from(user.as_uuid())))
        .order(accounts::id)
        .select(AccountRow::as_select())
        .load(db)
        .map_err(store_error)?;
    rows.into_iter().map(Account::try_from).collect()
}

pub(super) fn insert(db: &mut SqliteConnection, account: &Account) -> Result<(), StoreError> {
    let insert = diesel::insert_into(accounts::table).values(AccountRow::from(account));
    insert.execute(db).map(drop).map_err(store_error)
}

pub(super) fn update(db: &mut SqliteConnection, account: &Account) -> Result<bool, StoreError> {
    let row = AccountRow::from(account);
    let update = update_row(&accounts::table, &row, accounts::id.eq(row.id));
    Ok(update.execute(db).map_err(store_error)? > 0)
}

pub(super) fn delete(db: &mut SqliteConnection, id: AccountId) -> Result<bool, StoreError> {
    let delete = diesel::delete(accounts::table.find(Id::from(id.as_uuid())));
    Ok(delete.execute(db).map_err(store_error)? > 0)
}

pub(super) fn delete_of_user(db: &mut SqliteConnection, user: UserId) -> Result<u64, StoreError> {
    let of_user = accounts::table.filter(accounts::user_id.eq(Id::from(user.as_uuid())));
    let deleted = diesel::delete(of_user).execute(db).map_err(store_error)?;
    Ok(deleted as u64)
}

impl From<&Account> for AccountRow {
    fn from(account: &Account) -> Self {
        Self {
            id: account.id.as_uuid().into(),
            user_id: account.user_id.as_uuid().into(),
            provider: account.provider.to_string(),
            issuer: account.issuer.to_string(),
            subject: account.subject.to_string(),
            email: account.email.clone(),
            scope: account.scope.clone(),
            created_at: micros(account.created_at),
            last_used_at: micros(account.last_used_at),
        }
    }
}

impl TryFrom<AccountRow> for Account {
    type Error = StoreError;

    fn try_from(row: AccountRow) -> Result<Self, StoreError> {
        let issuer = parse(&row.issuer, "accounts.issuer")?;
        let identity = ProviderIdentity::new(issuer, parse(&row.subject, "accounts.subject")?);
        let mut account = Self::new(
            AccountId::from_uuid(row.id.uuid()),
            UserId::from_uuid(row.user_id.uuid()),
            parse(&row.provider, "accounts.provider")?,
            &identity,
            time(row.created_at, "accounts.created_at")?,
        );
        account.email = row.email;
        account.scope = row.scope;
        account.last_used_at = time(row.last_used_at, "accounts.last_used_at")?;
        Ok(account)
    }
}
