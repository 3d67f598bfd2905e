"""Events and the state derived from them, in SQL. The only floor that knows a database."""
