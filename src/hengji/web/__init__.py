"""The web application (Django): accounts, the work between them, and thin views over the rooms below.

Nothing is computed in a template, a view or `save()`: figures come from `dossier/`, what a page shows is read from the
index of it in the database. The dossier folders in the data folder stay the truth; the index can be made anew from them.
"""
