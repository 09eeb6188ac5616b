"""Turns: messages that are being answered, each by a task of its own that any reader may follow."""
