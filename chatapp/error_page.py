"""What Django's error page, which DEBUG turns on, leaves out."""

import re

from django.views.debug import SafeExceptionReporterFilter


class SettingsFilter(SafeExceptionReporterFilter):
    """Django's own, and the settings in which addresses with passwords, or headers, stand."""

    hidden_settings = re.compile(
        f"{SafeExceptionReporterFilter.hidden_settings.pattern}|REDIS|CHANNEL_LAYERS|OPENAI_CONNECTION",
        re.IGNORECASE,
    )
