"""The functions that a model may call: each a file, and a line in `table`."""
