use std::process::ExitCode;

use super::output;
use super::start::Start;
use crate::settings::{self, Effective, Settings};

/// Prints the settings even when some are invalid, since that is when people need to see them.
pub(super) fn run(start: &Start, json: bool) -> anyhow::Result<ExitCode> {
    for warning in settings::warnings(&start.vars) {
        output::print_error(&format!("warning: {warning}"));
    }
    let (settings, errors) = Settings::inspect(&start.vars);
    let valid = errors.is_empty().then_some(&settings);
    let all = settings::effective(&start.vars, valid);
    if json {
        output::json(&all)?;
    } else {
        table(&all)?;
    }
    errors.none_or(ExitCode::SUCCESS).map_err(Into::into)
}

fn table(all: &[Effective]) -> anyhow::Result<()> {
    let width = |of: fn(&Effective) -> &str| {
        let widths = all.iter().map(|one| of(one).chars().count());
        widths
            .filter(|width| *width <= WIDEST)
            .max()
            .unwrap_or_default()
    };
    let (settings, values) = (width(|one| &one.setting), width(Effective::shown));
    all.iter().try_for_each(|one| {
        let source = one.source.as_deref().unwrap_or_default();
        let row = format!(
            "{:settings$}  {:values$}  {source}",
            one.setting,
            one.shown()
        );
        output::line(row.trim_end())
    })
}

/// Longer values do not widen the column.
const WIDEST: usize = 60;
