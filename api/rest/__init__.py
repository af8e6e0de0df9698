"""The JSON API under /v1, a file for each noun: parse, call, render.

No rule and no SQL stands here. Who may use a route is declared in `access`.
"""
