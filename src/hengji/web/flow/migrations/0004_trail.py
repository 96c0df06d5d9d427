"""Tie the acts that are there into a chain, in the order in which they were written."""

from typing import Any

from django.db import migrations, models

from hengji.web.flow.chain import FIRST, Words, digest_of


def tie(apps: Any, schema_editor: object) -> None:
    """Number the acts and give each its digest; from here on they cannot be changed unseen."""
    entry, end = apps.get_model("flow", "Entry"), apps.get_model("flow", "TrailEnd")
    organisations = dict(apps.get_model("people", "Organisation").objects.values_list("pk", "name"))
    seq, previous = 0, FIRST
    for one in entry.objects.select_related("by", "dossier").order_by("pk").iterator(2_000):
        seq += 1
        one.seq, one.who = seq, f"{one.by.username} {one.by.full_name}".strip() if one.by else ""
        if one.dossier:
            one.about = f"{organisations[one.dossier.organisation_id]} {one.dossier.year}"[:300]
        words = Words(*(getattr(one, field) for field in Words._fields))
        one.digest = previous = digest_of(words, previous)
        one.save(update_fields=["seq", "who", "about", "digest"])
    if seq:
        end.objects.create(seq=seq, digest=previous)


class Migration(migrations.Migration):
    """Fields first, then the chain, then what holds for every row."""

    dependencies = [("flow", "0003_steps_in_order"), ("people", "0002_must_change"), ("years", "0002_months")]
    operations = [
        migrations.CreateModel(
            name="TrailEnd",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.PositiveBigIntegerField()),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
        migrations.AddField("entry", "seq", models.PositiveBigIntegerField(null=True)),
        migrations.AddField("entry", "digest", models.CharField(max_length=64, default=""), preserve_default=False),
        migrations.AddField(
            "entry", "who", models.CharField(max_length=250, blank=True, default=""), preserve_default=False
        ),
        migrations.AddField(
            "entry", "about", models.CharField(max_length=300, blank=True, default=""), preserve_default=False
        ),
        migrations.RunPython(tie, migrations.RunPython.noop),
        migrations.AlterField("entry", "seq", models.PositiveBigIntegerField(unique=True)),
        migrations.AlterModelOptions("entry", {"ordering": ("-seq",)}),
    ]
