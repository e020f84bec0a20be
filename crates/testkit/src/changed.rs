/// Returns the value after the change: a `#[non_exhaustive]` type cannot be built with struct update syntax (`..`).
#[must_use]
pub fn changed<T>(mut value: T, change: impl FnOnce(&mut T)) -> T {
    change(&mut value);
    value
}
