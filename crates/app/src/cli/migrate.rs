use super::output;
use super::start::Start;
use crate::telemetry::Verbosity;
use crate::wiring;

pub(super) async fn run(start: Start) -> anyhow::Result<()> {
    let settings = start.settings(Verbosity::Command)?;
    wiring::open_or_create(&settings.database).await?;
    output::line(&format!("{} has the newest schema", settings.database.url))
}
