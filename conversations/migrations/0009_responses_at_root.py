from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0008_costs")]

    operations = [
        migrations.AddIndex(
            model_name="response",
            index=models.Index(
                fields=["conversation"],
                condition=models.Q(previous_response=None),
                name="responses_at_root",
            ),
        ),
    ]
