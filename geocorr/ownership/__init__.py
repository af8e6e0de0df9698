"""Which local policing unit owns a nominal, and which share (WMP-6.1 to WMP-6.6)."""
