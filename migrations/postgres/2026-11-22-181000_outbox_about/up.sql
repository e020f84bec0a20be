-- Whom an item is about, if it is to be deleted with them: the id of a user, or an address.
ALTER TABLE belgie_outbox ADD COLUMN about TEXT COLLATE "C";

CREATE INDEX belgie_outbox_about ON belgie_outbox (about);
