from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0002_durable_answers")]

    operations = [
        migrations.AlterField(
            model_name="conversation",
            name="seen_at",
            field=models.DateTimeField(
                editable=False, help_text="Which end its owner last had in view.", null=True
            ),
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(fields=["conversation", "status"], name="responses_by_progress"),
        ),
    ]
