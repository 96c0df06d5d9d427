from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0003_attempts")]
    operations = [
        migrations.AddField("organisation", "gateway", models.CharField(blank=True, default="", max_length=500)),
    ]
