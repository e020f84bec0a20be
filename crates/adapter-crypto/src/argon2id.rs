use std::fmt;
use std::sync::Arc;

use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use belgie_domain::{Password, PasswordHash};
use belgie_ports::{BoxFuture, Entropy, PasswordHasher, PasswordHasherError, PasswordMatch};

use crate::hash_threads::{HashThreads, Memory};

/// Hashes passwords with Argon2id (RFC 9106), by default with 19 MiB of memory, two passes and one lane.
pub struct Argon2id {
    threads: HashThreads,
    entropy: Arc<dyn Entropy>,
    cost: HashCost,
}

/// What a hash costs. Each hash names its own cost, so that this can be raised at any time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HashCost {
    /// The memory that one hash takes, in KiB.
    pub memory_kib: u32,
    /// The number of passes over that memory.
    pub passes: u32,
}

const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;
/// Stored hashes beyond this would exhaust memory or time: 256 MiB, 64 passes.
const HIGHEST: HashCost = HashCost {
    memory_kib: 256 * 1024,
    passes: 64,
};

impl HashCost {
    /// The lowest cost that the OWASP Password Storage Cheat Sheet recommends, and the default.
    pub const LOWEST: Self = Self {
        memory_kib: 19 * 1024,
        passes: 2,
    };

    /// Raises the memory to this many KiB, at most 256 MiB.
    #[must_use]
    pub fn memory_kib(self, memory_kib: u32) -> Self {
        let memory_kib = memory_kib.clamp(Self::LOWEST.memory_kib, HIGHEST.memory_kib);
        Self { memory_kib, ..self }
    }

    /// Raises the number of passes to this, at most 64.
    #[must_use]
    pub fn passes(self, passes: u32) -> Self {
        let passes = passes.clamp(Self::LOWEST.passes, HIGHEST.passes);
        Self { passes, ..self }
    }

    fn params(self) -> Result<Params, argon2::Error> {
        Params::new(self.memory_kib, self.passes, 1, Some(HASH_BYTES))
    }
}

impl Default for HashCost {
    fn default() -> Self {
        Self::LOWEST
    }
}

impl Argon2id {
    /// Creates a hasher that works on these threads, with the default cost.
    pub fn new(threads: HashThreads, entropy: impl Entropy) -> Self {
        Self {
            threads,
            entropy: Arc::new(entropy),
            cost: HashCost::default(),
        }
    }

    /// Sets what a hash costs. Hashes that cost less are renewed at the next sign-in.
    #[must_use]
    pub fn cost(self, cost: HashCost) -> Self {
        Self { cost, ..self }
    }

    fn salt(&self) -> [u8; SALT_BYTES] {
        let mut salt = [0; SALT_BYTES];
        self.entropy.fill(&mut salt);
        salt
    }
}

impl PasswordHasher for Argon2id {
    fn hash<'a>(
        &'a self,
        password: &'a Password,
    ) -> BoxFuture<'a, Result<PasswordHash, PasswordHasherError>> {
        let (password, salt, cost) = (password.clone(), self.salt(), self.cost);
        Box::pin(async move {
            let hashing = self
                .threads
                .run(move |memory| hash(&password, &salt, cost, memory));
            hashing.await?.map_err(failed)
        })
    }

    fn verify<'a>(
        &'a self,
        password: &'a Password,
        hash: Option<&'a PasswordHash>,
    ) -> BoxFuture<'a, Result<PasswordMatch, PasswordHasherError>> {
        let (password, hash, cost) = (password.clone(), hash.cloned(), self.cost);
        Box::pin(async move {
            let verifying = self.threads.run(move |memory| match hash {
                Some(hash) => verify(&password, &hash, cost, memory),
                None => resemble(&password, cost, memory),
            });
            verifying.await?
        })
    }
}

fn hash(
    password: &Password,
    salt: &[u8],
    cost: HashCost,
    memory: &mut Memory,
) -> Result<PasswordHash, argon2::password_hash::Error> {
    let params = cost.params()?;
    let hash = phc::PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: (&params).try_into()?,
        salt: Some(phc::Salt::new(salt)?),
        hash: Some(output(password, salt, params, Version::V0x13, memory)?),
    };
    Ok(PasswordHash::from_phc(hash.to_string()))
}

/// Does the work of [`verify`] without a hash.
fn resemble(
    password: &Password,
    cost: HashCost,
    memory: &mut Memory,
) -> Result<PasswordMatch, PasswordHasherError> {
    hash(password, &[0; SALT_BYTES], cost, memory).map_err(failed)?;
    Ok(PasswordMatch::No)
}

fn verify(
    password: &Password,
    hash: &PasswordHash,
    cost: HashCost,
    memory: &mut Memory,
) -> Result<PasswordMatch, PasswordHasherError> {
    let stored = Stored::parse(hash).ok_or(PasswordHasherError::UnusableHash)?;
    let is_outdated = stored.is_outdated(cost);
    let computed = output(
        password,
        &stored.salt,
        stored.params,
        stored.version,
        memory,
    );
    give_back(memory, cost);
    let computed = computed.map_err(|_| PasswordHasherError::UnusableHash)?;
    // The comparison takes the same time wherever they differ.
    if computed != stored.output {
        return Ok(PasswordMatch::No);
    }
    Ok(if is_outdated {
        PasswordMatch::Outdated
    } else {
        PasswordMatch::Yes
    })
}

/// A stored hash, taken apart.
struct Stored {
    params: Params,
    version: Version,
    salt: phc::Salt,
    output: phc::Output,
}

impl Stored {
    /// Returns `None` unless the hash is one of Argon2id at a cost that can be afforded.
    fn parse(hash: &PasswordHash) -> Option<Self> {
        let hash = phc::PasswordHash::new(hash.as_phc()).ok()?;
        let params = Params::try_from(&hash).ok()?;
        let is_affordable =
            params.m_cost() <= HIGHEST.memory_kib && params.t_cost() <= HIGHEST.passes;
        if hash.algorithm != Algorithm::Argon2id.ident() || !is_affordable {
            return None;
        }
        // A hash that names no version is of the first one.
        let version = hash.version.map_or(Ok(Version::V0x10), Version::try_from);
        Some(Self {
            params,
            version: version.ok()?,
            salt: hash.salt?,
            output: hash.hash?,
        })
    }

    fn is_outdated(&self, cost: HashCost) -> bool {
        self.version < Version::V0x13
            || self.params.m_cost() < cost.memory_kib
            || self.params.t_cost() < cost.passes
            || self.salt.len() < SALT_BYTES
            || self.output.len() < HASH_BYTES
    }
}

/// Gives back what a stored hash took beyond the usual.
fn give_back(memory: &mut Memory, cost: HashCost) {
    let usual = cost.memory_kib as usize;
    if memory.len() > usual {
        memory.truncate(usual);
        memory.shrink_to_fit();
    }
}

/// Computes the hash in the memory of the thread.
fn output(
    password: &Password,
    salt: &[u8],
    params: Params,
    version: Version,
    memory: &mut Memory,
) -> Result<phc::Output, argon2::password_hash::Error> {
    let blocks = params.block_count().max(memory.len());
    memory.resize(blocks, Block::new());
    let mut buffer = [0; phc::Output::MAX_LENGTH];
    let length = params.output_len().unwrap_or(HASH_BYTES);
    let out = buffer
        .get_mut(..length)
        .ok_or(argon2::password_hash::Error::OutputSize)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, version, params);
    argon2.hash_password_into_with_memory(password.secret().as_bytes(), salt, out, &mut *memory)?;
    Ok(phc::Output::new(out)?)
}

fn failed(error: argon2::password_hash::Error) -> PasswordHasherError {
    PasswordHasherError::Other(Box::new(error))
}

impl fmt::Debug for Argon2id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Argon2id")
            .field("threads", &self.threads)
            .field("cost", &self.cost)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
