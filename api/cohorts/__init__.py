"""Cohorts, referrals, cases, disclosures, and the tables of performance."""
