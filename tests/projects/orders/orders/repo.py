import mainspring as dg

from .jobs import dev, prod

defs = dg.Definitions(jobs=[dev, prod])
