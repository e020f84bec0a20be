-- Finds the events whose address and agent are to be erased.
CREATE INDEX belgie_events_with_client ON belgie_events (occurred_at)
    WHERE ip_address IS NOT NULL OR user_agent IS NOT NULL;
