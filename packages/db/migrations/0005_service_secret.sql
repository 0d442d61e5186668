-- Secrets that all nodes of one database share (cursor keys). Lock taken: none (new table). Safe while old code serves: yes.
-- Belongs to no tenant: a small reference table. key_id lets a key be replaced while tokens of the old one are still about.
CREATE TABLE service_secret (
  name text NOT NULL,
  key_id integer NOT NULL CHECK (key_id BETWEEN 0 AND 255),
  secret text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (name, key_id)
);
--> statement-breakpoint
GRANT SELECT, INSERT ON service_secret TO modula_runtime;
--> statement-breakpoint
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
    PERFORM create_reference_table('service_secret');
  END IF;
END $$;
