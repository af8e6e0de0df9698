"""The performance framework's tables (WMP2-44, LEICS-*, GWENT-5.3)."""
