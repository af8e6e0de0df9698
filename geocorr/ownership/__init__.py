"""Which local policing unit owns a nominal, and which share (WMP-6.*)."""
