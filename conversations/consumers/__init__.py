"""The websocket edge: it says who may do what, and relays; answers run elsewhere."""
