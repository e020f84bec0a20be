//! The settings that exist once for each provider of `OIDC_PROVIDERS`.

use super::Vars;
use super::reader::split;
use super::table::{self, SETTINGS, Setting, capitals};

/// Returns the ids in `OIDC_PROVIDERS`, even if other settings of theirs are missing or invalid.
pub(super) fn listed_ids(vars: &Vars) -> Vec<String> {
    let ids = vars.get(&table::OIDC_PROVIDERS.variable());
    split(ids.unwrap_or_default()).unwrap_or_default()
}

/// Returns all settings in the order of the table, those of a provider once for each listed id.
pub(super) fn every_setting(vars: &Vars) -> Vec<Setting> {
    let ids = listed_ids(vars);
    let of_each = |setting: &'static Setting| {
        if !setting.is_per_provider() {
            return vec![setting.clone()];
        }
        let ids = ids.iter();
        ids.map(|id| setting.of_provider(&capitals(id))).collect()
    };
    SETTINGS.iter().flat_map(of_each).collect()
}
