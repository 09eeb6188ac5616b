"""The /v1 edge: the Responses API, for people's scripts and their keys."""
