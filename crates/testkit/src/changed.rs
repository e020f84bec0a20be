/// Returns a value after a change. A type that is `#[non_exhaustive]` cannot be written as a literal with `..`.
#[must_use]
pub fn changed<T>(mut value: T, change: impl FnOnce(&mut T)) -> T {
    change(&mut value);
    value
}
