/// Returns the first letter of a name, as a capital.
pub(crate) fn initial(name: &str) -> char {
    let first = name.chars().find(|character| character.is_alphanumeric());
    first
        .and_then(|letter| letter.to_uppercase().next())
        .unwrap_or('·')
}
