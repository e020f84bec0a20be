-- Two indexes instead of four: every sign-in writes and deletes an attempt in each of them. The key also finds the
-- attempts of a browser, and the other index also counts those of each network.
DROP INDEX belgie_attempts_of_network;
DROP INDEX belgie_attempts_by_end;
DROP INDEX belgie_attempts_of_browser;
ALTER TABLE belgie_attempts DROP CONSTRAINT belgie_attempts_pkey;
ALTER TABLE belgie_attempts ADD PRIMARY KEY (binding_hash, state_hash);
CREATE INDEX belgie_attempts_by_end ON belgie_attempts (expires_at, network);
