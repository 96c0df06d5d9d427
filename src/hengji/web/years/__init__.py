"""One unit's year on screen: the official table, its findings, figures, registers, evaluations and forms."""
