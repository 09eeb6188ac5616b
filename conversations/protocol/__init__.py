"""The Responses API as pure functions: no input or output, no framework, standard library only."""
