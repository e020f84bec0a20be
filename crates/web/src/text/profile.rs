/// What is said at the inputs of the forms by which a person edits and deletes the own data.
#[derive(Debug)]
pub(crate) struct ProfileTexts {
    /// The line that opens the form for the name.
    pub edit_name: &'static str,
    /// Beside a name that has not been edited yet.
    pub name_follows: fn(provider: &str) -> String,
    pub change_picture: &'static str,
    pub picture: &'static str,
    pub picture_hint: &'static str,
    pub save: &'static str,
    pub save_picture: &'static str,
    pub enter_name: &'static str,
    pub name_too_long: fn(most_characters: usize) -> String,
    pub name_invisible: &'static str,
    pub enter_image: &'static str,
    /// The address that was typed to confirm a deletion is not the person's own.
    pub other_address: &'static str,
    pub data: &'static str,
    pub data_hint: &'static str,
    pub download: &'static str,
    /// The heading of what follows, and the link to it.
    pub deletion: &'static str,
    pub deletion_hint: &'static str,
    /// The button that opens the form.
    pub delete: &'static str,
    pub type_address: fn(address: &str) -> String,
    /// The button that deletes.
    pub delete_for_ever: &'static str,
    pub keep: &'static str,
}
