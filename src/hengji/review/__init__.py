"""Rules on the quality of performance targets (T01 to T48) and the eight-item review form.

review(table, on=datetime.date(2024, 1, 1)).findings
"""

from hengji.review.as_json import review_json
from hengji.review.catalogue import RULES, rule
from hengji.review.engine import review
from hengji.review.registry import Example, Hit, Ref, Rule, Words

__all__ = ["RULES", "Example", "Hit", "Ref", "Rule", "Words", "review", "review_json", "rule"]
