"""The database: the only step that knows asyncpg. Each noun is a pair, .sql and .py.

Functions take a connection, never a request; transactions belong to the caller.
"""
