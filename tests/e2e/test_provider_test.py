"""An administrator tests a provider on its page, and the chat uses what was found."""
