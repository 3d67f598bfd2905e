"""Units of computation: a function with its inputs, outputs, config and resources."""
