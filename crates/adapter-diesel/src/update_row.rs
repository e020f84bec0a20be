use diesel::query_builder::{AsChangeset, AstPass, QueryFragment, QueryId};
use diesel::{QueryResult, QuerySource};

/// An UPDATE of every column of one row, which can be cached as a prepared statement. diesel's own cannot: the columns
/// it changes may differ from one execution to the next, so it is parsed anew each time, and takes two round trips to
/// PostgreSQL.
pub(crate) struct UpdateRow<T: QuerySource, C, F> {
    table: T::FromClause,
    columns: C,
    which: F,
}

/// Sets all columns that `row` has (`treat_none_as_null`) where `which` holds.
pub(crate) fn update_row<T, R, F>(table: &T, row: R, which: F) -> UpdateRow<T, R::Changeset, F>
where
    T: QuerySource,
    R: AsChangeset<Target = T>,
{
    UpdateRow {
        table: table.from_clause(),
        columns: row.as_changeset(),
        which,
    }
}

impl<T, C, F, DB> QueryFragment<DB> for UpdateRow<T, C, F>
where
    DB: diesel::backend::Backend,
    T: QuerySource<FromClause: QueryFragment<DB>>,
    C: QueryFragment<DB>,
    F: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE ");
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(" SET ");
        self.columns.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.which.walk_ast(out)
    }
}

impl<T: QuerySource, C, F> QueryId for UpdateRow<T, C, F> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

#[cfg(feature = "sqlite")]
impl<T: QuerySource, C, F> diesel::RunQueryDsl<diesel::SqliteConnection> for UpdateRow<T, C, F> {}
