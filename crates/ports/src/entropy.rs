/// A source of unpredictable random bytes.
pub trait Entropy: Send + Sync + 'static {
    /// Fills the buffer from a cryptographically secure source. A source that fails MUST NOT return.
    fn fill(&self, buffer: &mut [u8]);
}
