"""Files into the database: read, parse, decide, store; one module per kind of file."""
