"""The central processing team's pages: files in, crimes, hits, and what waits."""
