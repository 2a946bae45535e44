"""What pages of any site have in common: scripts, feeds, comments, notices, and what they say of themselves."""
