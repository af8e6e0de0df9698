"""The doors out: the JSON API, the `geocorr` command, the worker, the settings."""
