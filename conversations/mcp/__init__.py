"""What this server asks of MCP servers: their tools, and calls of them.

https://modelcontextprotocol.io/specification
"""
