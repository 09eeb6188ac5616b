"""Where requests go: one client for every provider, the embedded one included."""
