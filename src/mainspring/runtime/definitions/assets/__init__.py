"""Assets as the user declares them: specs, the decorators that make them, and the definitions that hold
both.
"""
