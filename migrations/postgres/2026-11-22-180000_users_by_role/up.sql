-- Finds the users of a role.
CREATE INDEX belgie_users_by_role ON belgie_users (role, id);
