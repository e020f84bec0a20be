-- Mailed tokens of people who become users by using them: an issuer and a subject, and what the provider said, in place of
-- a user.
ALTER TABLE belgie_mailed_tokens ALTER COLUMN user_id DROP NOT NULL;
ALTER TABLE belgie_mailed_tokens ADD COLUMN provider TEXT;
ALTER TABLE belgie_mailed_tokens ADD COLUMN issuer TEXT;
ALTER TABLE belgie_mailed_tokens ADD COLUMN subject TEXT;
ALTER TABLE belgie_mailed_tokens ADD COLUMN name TEXT;
ALTER TABLE belgie_mailed_tokens ADD COLUMN picture TEXT;
ALTER TABLE belgie_mailed_tokens ADD COLUMN scope TEXT;
ALTER TABLE belgie_mailed_tokens ADD UNIQUE (issuer, subject, purpose);
