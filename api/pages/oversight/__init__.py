"""The pages of who watches and keeps: audit, users, policy, performance."""
