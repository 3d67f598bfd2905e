"""Lives where user code lives: declare, plan, execute."""
