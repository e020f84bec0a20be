//! A database that refuses some of what is asked of it.

use crate::support::site::Site;
use crate::support::stored::{self, is_sqlite};

/// What a refusing database says: no client may read it.
pub(crate) const SAID: &str = "canary-of-the-database";

/// Lets a table refuse every `INSERT`, `UPDATE` or `DELETE` until it is mended.
pub(crate) fn refuse(site: &Site, operation: &str, table: &str) {
    let name = trigger(operation, table);
    let sql = if is_sqlite(site) {
        format!(
            "CREATE TRIGGER {name} BEFORE {operation} ON {table} BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
        )
    } else {
        format!(
            "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN RAISE EXCEPTION '{SAID}'; END $$;
             CREATE TRIGGER {name} BEFORE {operation} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    };
    stored::execute(site, &sql);
}

pub(crate) fn mend(site: &Site, operation: &str, table: &str) {
    let name = trigger(operation, table);
    let sql = if is_sqlite(site) {
        format!("DROP TRIGGER {name}")
    } else {
        format!("DROP TRIGGER {name} ON {table}")
    };
    stored::execute(site, &sql);
}

fn trigger(operation: &str, table: &str) -> String {
    format!("refuse_{}_{table}", operation.to_lowercase())
}
