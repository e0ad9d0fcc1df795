"""The console: the service desk's page, as the files of which it is made."""
