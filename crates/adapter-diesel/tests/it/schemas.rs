//! The schemas on SQLite and on PostgreSQL are one schema.

use std::collections::BTreeSet;

use belgie_adapter_diesel::{SqliteOptions, SqliteStore};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use crate::database::TestDatabase;

#[derive(QueryableByName, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

#[derive(QueryableByName, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Index {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    columns: String,
    #[diesel(sql_type = Bool)]
    is_unique: bool,
}

#[derive(QueryableByName, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct ForeignKey {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    other_table: String,
    #[diesel(sql_type = Bool)]
    cascades: bool,
}

#[tokio::test]
async fn both_schemas_have_the_same_tables_columns_indexes_and_foreign_keys() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("belgie.db");
    let sqlite = SqliteStore::open(&SqliteOptions::file(&path).create()).unwrap();
    sqlite.migrate().await.unwrap();
    let mut sqlite = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    let database = TestDatabase::migrated().await;

    let columns: Vec<Column> = load(&mut sqlite, SQLITE_COLUMNS);
    let indexes: BTreeSet<Index> = load(&mut sqlite, SQLITE_INDEXES).into_iter().collect();
    let keys: BTreeSet<ForeignKey> = load(&mut sqlite, SQLITE_KEYS).into_iter().collect();

    assert!(columns.len() > 70, "{columns:?}");
    assert!(indexes.len() > 16 && keys.len() > 3, "{indexes:?} {keys:?}");
    assert_eq!(columns, database.load(POSTGRES_COLUMNS).await);
    let on_postgres = database.load(POSTGRES_INDEXES).await;
    assert_eq!(indexes, on_postgres.into_iter().collect());
    let on_postgres = database.load(POSTGRES_KEYS).await;
    assert_eq!(keys, on_postgres.into_iter().collect());
}

#[test]
fn both_databases_have_migrations_of_the_same_names() {
    let names = |folder: &str| -> BTreeSet<_> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name()).collect()
    };

    assert_eq!(names("migrations/sqlite"), names("migrations/postgres"));
}

fn load<T: QueryableByName<diesel::sqlite::Sqlite> + 'static>(
    connection: &mut SqliteConnection,
    query: &str,
) -> Vec<T> {
    let rows = diesel::sql_query(query).load(connection);
    rows.expect("the schema is read")
}

const SQLITE_COLUMNS: &str = r#"
    SELECT t.name AS table_name, c.name AS name, c."notnull" = 0 AS nullable
    FROM sqlite_master t JOIN pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name LIKE 'belgie\_%' ESCAPE '\'
    ORDER BY t.name, c.cid"#;

const POSTGRES_COLUMNS: &str = r#"
    SELECT table_name::text, column_name::text AS name, is_nullable = 'YES' AS nullable
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name LIKE 'belgie\_%'
    ORDER BY table_name COLLATE "C", ordinal_position"#;

const SQLITE_INDEXES: &str = r#"
    SELECT t.name AS table_name, i."unique" AS is_unique,
        (SELECT group_concat(name) FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno))
            AS columns
    FROM sqlite_master t JOIN pragma_index_list(t.name) i
    WHERE t.type = 'table' AND t.name LIKE 'belgie\_%' ESCAPE '\'"#;

const POSTGRES_INDEXES: &str = r"
    SELECT t.relname::text AS table_name, i.indisunique AS is_unique,
        string_agg(a.attname, ',' ORDER BY k.place) AS columns
    FROM pg_index i
    JOIN pg_class t ON t.oid = i.indrelid
    CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (number, place)
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number
    WHERE t.relname LIKE 'belgie\_%'
    GROUP BY t.relname, i.indexrelid, i.indisunique";

const SQLITE_KEYS: &str = r#"
    SELECT t.name AS table_name, k."from" AS name, k."table" AS other_table,
        k.on_delete = 'CASCADE' AS cascades
    FROM sqlite_master t JOIN pragma_foreign_key_list(t.name) k
    WHERE t.type = 'table' AND t.name LIKE 'belgie\_%' ESCAPE '\'"#;

const POSTGRES_KEYS: &str = r"
    SELECT t.relname::text AS table_name, a.attname::text AS name,
        o.relname::text AS other_table, c.confdeltype = 'c' AS cascades
    FROM pg_constraint c
    JOIN pg_class t ON t.oid = c.conrelid
    JOIN pg_class o ON o.oid = c.confrelid
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND t.relname LIKE 'belgie\_%'";
