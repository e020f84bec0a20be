use super::output;
use super::start::Start;
use crate::telemetry::Verbosity;
use crate::wiring::{self, Opening};

pub(super) async fn run(start: Start) -> anyhow::Result<()> {
    let settings = start.settings(Verbosity::Command)?;
    wiring::open(&settings.database, Opening::Create).await?;
    output::line(&format!("{} has the newest schema", settings.database.url))
}
