"""Which sentences there are, and the catalogues of what they are in other languages."""
