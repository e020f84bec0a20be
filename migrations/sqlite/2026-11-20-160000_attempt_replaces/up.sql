-- The session that the browser held when the sign-in began; NULL from programs before this column.
ALTER TABLE belgie_attempts ADD COLUMN replaces BLOB;
