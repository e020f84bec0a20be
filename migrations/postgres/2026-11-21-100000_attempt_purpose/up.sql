-- What an attempt is for, how its result reaches the front end, and the network that it was begun from. The defaults are
-- what programs before these columns mean.
ALTER TABLE belgie_attempts ADD COLUMN purpose TEXT NOT NULL DEFAULT 'sign_in';
ALTER TABLE belgie_attempts ADD COLUMN delivery TEXT NOT NULL DEFAULT 'cookie';
ALTER TABLE belgie_attempts ADD COLUMN network TEXT;

-- To count the open attempts of each network.
CREATE INDEX belgie_attempts_of_network ON belgie_attempts (network);
