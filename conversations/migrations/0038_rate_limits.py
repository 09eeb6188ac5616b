from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', "0037_mcp_callers"),
    ]

    operations = [
        migrations.AddField(
            model_name='provider',
            name='rate_limits',
            field=models.JSONField(editable=False, help_text='What it has last said is left of its limits, by kind, and when (`at`).', null=True),
        ),
    ]
