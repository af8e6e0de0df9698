"""Which LPU owns whom: decisions, proposals, inboxes, consultations."""
