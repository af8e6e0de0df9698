"""What is kept and for how long, and how the audit proves that nothing was changed."""
