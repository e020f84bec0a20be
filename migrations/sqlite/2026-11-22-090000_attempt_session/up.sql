-- The session that an attempt depends on, such as one to link an account.
ALTER TABLE belgie_attempts ADD COLUMN session_id BLOB;
