-- Finds the events that a user caused to others, which are few.
CREATE INDEX belgie_events_of_actor ON belgie_events (actor_id, id) WHERE actor_id <> user_id;
