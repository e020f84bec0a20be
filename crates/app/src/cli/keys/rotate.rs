use belgie_auth::Rotation;
use belgie_domain::SigningKeyState;

use super::view::KeyView;
use crate::cli::output;
use crate::cli::start::Start;
use crate::telemetry::Verbosity;

pub(super) async fn run(start: Start, rotation: Rotation, json: bool) -> anyhow::Result<()> {
    let settings = start.settings(Verbosity::Command)?;
    // The private key is stored encrypted.
    settings.required_secret()?;
    let auth = start.open_with(&settings, Vec::new()).await?;
    let key = auth.access_tokens().rotate(rotation).await?;
    let signs = key.signs_from <= auth.now();
    if json {
        let state = if signs {
            SigningKeyState::Signing
        } else {
            SigningKeyState::Published
        };
        return output::json(&KeyView::new(&key, state));
    }
    output::line(&match rotation {
        Rotation::Immediate => format!(
            "key {} signs now; tokens of earlier keys are refused within 10 seconds, and by others who verify them \
             once they read the public keys again",
            key.id
        ),
        _ if signs => format!("key {} is the first, and signs now", key.id),
        _ => format!(
            "key {} is published, and signs from {}",
            key.id,
            output::time(key.signs_from)
        ),
    })
}
