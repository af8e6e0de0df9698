"""The central processing team's pages, all of them.

Before those of a hit: `/hits/send` is no hit's number.
"""

from api.pages import batches, crimes, hit_list, upload

ROUTERS = (upload.router, batches.router, crimes.router, hit_list.router)
