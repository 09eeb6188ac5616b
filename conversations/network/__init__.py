"""Connections, and where they may lead: sockets, the pool of them, addresses that others named."""
