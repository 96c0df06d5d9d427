"""The official tables as bytes: opinions, declarations, monitoring and self-evaluation forms (xlsx, docx), reports.

Pure: the same material gives the same bytes; no clock, no network, nothing fetched when a file is opened.
"""

from hengji.forms.declaration import target_declaration
from hengji.forms.evaluation_material import Batch, Material, Origin
from hengji.forms.evaluation_report import evaluation_report
from hengji.forms.evidence_list import evidence_list
from hengji.forms.monitoring_form import monitoring_form
from hengji.forms.opinion import review_opinion
from hengji.forms.overview import overview
from hengji.forms.published_list import published_list
from hengji.forms.report import report
from hengji.forms.self_evaluation import self_evaluation_sheet
from hengji.forms.self_evaluation_list import self_evaluation_list
from hengji.forms.self_evaluation_paper import self_evaluation_paper

__all__ = [
    "Batch", "Material", "Origin", "evaluation_report", "evidence_list", "monitoring_form", "overview", "published_list",
    "report", "review_opinion", "self_evaluation_list", "self_evaluation_paper", "self_evaluation_sheet",
    "target_declaration",
]  # fmt: skip
