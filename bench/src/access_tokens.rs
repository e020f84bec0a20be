//! What access tokens cost, within this process.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use belgie_adapter_crypto::{Es256, SecretCipher};
use belgie_adapter_diesel::{SqliteOptions, SqliteStore};
use belgie_auth::{Auth, Policy, Proof, SystemEntropy};
use belgie_domain::{AccessToken, RedirectRule};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, UnparsedPublicKey,
};

use crate::data;
use crate::process::own_cpu_time;

/// Processor time of each operation, in microseconds.
#[derive(Debug)]
pub(crate) struct Costs {
    /// Signing the text of a token.
    pub(crate) signature: f64,
    /// Checking such a signature.
    pub(crate) check: f64,
    /// Issuing a token.
    pub(crate) minting: f64,
    /// Authenticating by a token that was not seen before.
    pub(crate) first_use: f64,
    /// The same again.
    pub(crate) later_use: f64,
    /// Authenticating by the session's own token.
    pub(crate) session: f64,
}

impl Costs {
    pub(crate) fn lines(&self) -> [(&'static str, f64); 6] {
        [
            ("one ES256 signature by ring", self.signature),
            ("the check of one", self.check),
            ("minting an access token", self.minting),
            (
                "a session check by an access token, for the first time",
                self.first_use,
            ),
            ("the same again", self.later_use),
            ("a session check by the session token", self.session),
        ]
    }
}

/// How many tokens are minted before they are used.
const TOKENS: usize = 20_000;

/// Measures each for so long.
pub(crate) async fn measure(directory: &Path, time: Duration) -> anyhow::Result<Costs> {
    let file = tempfile::tempdir_in(directory)?;
    let options = SqliteOptions::file(file.path().join("belgie.db")).create();
    let store = SqliteStore::open(&options)?;
    store.migrate().await?;
    data::fill(&store, 0..1).await?;
    let secret = "jFq0r8vWm3Zt5Yx7Lk1Pb9Nc2Hd4Gs6A";
    let auth = Auth::builder()
        .store(store)
        .cipher(SecretCipher::new(&secret.into(), SystemEntropy))
        .access_tokens(Es256);
    let site = url::Url::parse("http://localhost:8000")?;
    let auth = auth.build(Policy::new(RedirectRule::new(site, [])))?;
    let (minting, tokens) = mint(&auth, time).await?;
    let each_once = &tokens[..TOKENS];
    Ok(Costs {
        signature: signature(time)?,
        minting,
        first_use: uses(&auth, each_once).await?,
        check: check(&auth, each_once).await?,
        later_use: uses(&auth, &vec![tokens[0].clone(); TOKENS]).await?,
        session: sessions(&auth, time).await?,
    })
}

/// Signs a text as long as that of a token.
fn signature(time: Duration) -> anyhow::Result<f64> {
    let (random, text) = (SystemRandom::new(), [b'a'; 500]);
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let key = EcdsaKeyPair::generate_pkcs8(algorithm, &random).map_err(failed)?;
    let key = EcdsaKeyPair::from_pkcs8(algorithm, key.as_ref(), &random);
    let key = key.map_err(|error| anyhow::anyhow!("{error}"))?;
    let (until, before, mut done) = (Instant::now() + time, own_cpu_time()?, 0);
    while Instant::now() < until {
        key.sign(&random, &text).map_err(failed)?;
        done += 1;
    }
    micros(before, done)
}

/// Checks the signature of each token, by ring alone. Checking one again and again would be faster than any real use.
async fn check(auth: &Auth, tokens: &[AccessToken]) -> anyhow::Result<f64> {
    let keys = auth.access_tokens().jwks().await?;
    let jwk = keys.first().context("no key")?;
    let mut point = vec![4];
    point.extend(URL_SAFE_NO_PAD.decode(&jwk.x)?);
    point.extend(URL_SAFE_NO_PAD.decode(&jwk.y)?);
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    let signed = tokens.iter().map(|token| {
        let (text, signature) = token.secret().rsplit_once('.').context("not a token")?;
        Ok((text, URL_SAFE_NO_PAD.decode(signature)?))
    });
    let signed = signed.collect::<anyhow::Result<Vec<_>>>()?;
    let before = own_cpu_time()?;
    for (text, signature) in &signed {
        key.verify(text.as_bytes(), signature).map_err(failed)?;
    }
    micros(before, signed.len())
}

fn failed(_: ring::error::Unspecified) -> anyhow::Error {
    anyhow::anyhow!("ring failed")
}

async fn mint(auth: &Auth, time: Duration) -> anyhow::Result<(f64, Vec<AccessToken>)> {
    let sessions = auth.sessions();
    let current = sessions
        .authenticate(&data::token(0), Proof::SessionToken)
        .await?;
    let (until, before, mut tokens) = (Instant::now() + time, own_cpu_time()?, Vec::new());
    while Instant::now() < until || tokens.len() < TOKENS {
        tokens.push(auth.access_tokens().issue_to(&current).await?.token);
    }
    Ok((micros(before, tokens.len())?, tokens))
}

async fn uses(auth: &Auth, tokens: &[AccessToken]) -> anyhow::Result<f64> {
    let before = own_cpu_time()?;
    for token in tokens {
        auth.sessions().authenticate_access_token(token).await?;
    }
    micros(before, tokens.len())
}

async fn sessions(auth: &Auth, time: Duration) -> anyhow::Result<f64> {
    let token = data::token(0);
    let (until, before, mut done) = (Instant::now() + time, own_cpu_time()?, 0);
    while Instant::now() < until {
        auth.sessions().authenticate(&token, Proof::Cookie).await?;
        done += 1;
    }
    micros(before, done)
}

fn micros(before: Duration, done: usize) -> anyhow::Result<f64> {
    let spent = own_cpu_time()?.saturating_sub(before).as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let micros = spent * 1e6 / done as f64;
    Ok(micros)
}
