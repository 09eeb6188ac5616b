"""Punctuation outside ASCII, by its code: several look like a letter or a sign of ASCII."""

FULL_STOPS = "\u3002\uff01\uff1f"
"""The ideographic full stop, the fullwidth exclamation and question marks."""

COMMAS = "\uff0c\u3001\uff1b\uff1a"
"""The fullwidth comma, the ideographic comma, the fullwidth semicolon and colon."""

BRACKETS = "\uff08\uff09\u300a\u300b\u300c\u300d"
"""Fullwidth parentheses, double angle brackets, corner brackets."""

APOSTROPHE = "\u2019"

QUOTES = f"\"'\u201c\u201d\u2018{APOSTROPHE}\u00ab\u00bb"
"""Single and double quotation marks, straight, curly and angular."""

DASHES = "-\u2013\u2014"
"""The hyphen, the en dash and the em dash."""

TIMES = "\u00d7"
