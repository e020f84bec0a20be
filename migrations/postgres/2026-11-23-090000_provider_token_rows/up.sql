-- Only SQLite stored these rows on more pages than they need.
SELECT 1;
