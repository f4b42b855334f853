-- The role as which web and worker speak to PostgreSQL: it fills the journal, the approvals and the
-- log, and cannot change or remove what is in them. Run this as the owner, after each upgrade:
--   psql -f docs/application-role.sql gongzhi
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'gongzhi_app') THEN
        CREATE ROLE gongzhi_app LOGIN;
    END IF;
END $$;
GRANT USAGE ON SCHEMA public TO gongzhi_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO gongzhi_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO gongzhi_app;
REVOKE UPDATE, DELETE, TRUNCATE ON transfer, approval, leaf, leaf_subject, checkpoint, alembic_version
    FROM gongzhi_app;
-- The sequencer gives each fact its place, once.
GRANT UPDATE (seq) ON leaf TO gongzhi_app;
