"""Use cases of keeping: the audit, holds, purges, and what is disclosed."""
