-- The chain of the audit is read where the audit is; for whom things are held, auditors
-- and administrators see.
call guard('audit_link, audit_anchor', '(select acts_as(''auditor''))');
call guard('hold, hold_end', '(select acts_as(''auditor'', ''admin''))');
alter view hold_now set (security_invoker = true);
