"""Conversations from elsewhere: what other programs export, read into one neutral tree."""
