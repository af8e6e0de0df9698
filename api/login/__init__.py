"""Who may come in: accounts, sessions, and what each route asks of a person."""
