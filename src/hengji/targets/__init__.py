"""Target values (指标值): words → checkable conditions."""

from hengji.targets.contract import clause_json, number_text, reading_json
from hengji.targets.grammar import read_target
from hengji.targets.kinds import KINDS, Kind
from hengji.targets.sentences import amount_text, sentence

__all__ = ["KINDS", "Kind", "amount_text", "clause_json", "number_text", "read_target", "reading_json", "sentence"]
