from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0041_scripts")]

    operations = [
        migrations.AddField(
            model_name="conversation",
            name="metadata",
            field=models.JSONField(
                db_default=models.Value({}, models.JSONField()),
                default=dict,
                editable=False,
                help_text="What scripts have noted about it, for themselves.",
            ),
        ),
        migrations.AddField(
            model_name="response",
            name="removed",
            field=models.JSONField(
                db_default=models.Value([], models.JSONField()),
                default=list,
                help_text="The places of the items that were deleted, of its input (i0) or output (0).",
            ),
        ),
        migrations.AddField(
            model_name="response",
            name="unchained",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Its provider remembers what is no more: nothing is chained on it.",
            ),
        ),
    ]
