"""The official tables as bytes: opinions, declarations, monitoring and self-evaluation forms (xlsx, docx), reports.

Pure: the same material gives the same bytes; no clock, no network, nothing fetched when a file is opened.
"""

from hengji.forms.declaration import target_declaration
from hengji.forms.department_form import department_form
from hengji.forms.evaluation_material import Batch, Material, Origin
from hengji.forms.evaluation_report import evaluation_report
from hengji.forms.evidence_list import evidence_list
from hengji.forms.frame_form import frame_form
from hengji.forms.layout import Form
from hengji.forms.layout_html import as_html
from hengji.forms.layout_paper import as_docx
from hengji.forms.layout_sheet import as_xlsx
from hengji.forms.monitoring_form import monitoring_form
from hengji.forms.opinion import review_opinion
from hengji.forms.overview import overview
from hengji.forms.published_list import published_list
from hengji.forms.report import report
from hengji.forms.self_evaluation import self_evaluation_form
from hengji.forms.self_evaluation_list import self_evaluation_list

__all__ = [
    "Batch", "Form", "Material", "Origin", "as_docx", "as_html", "as_xlsx", "department_form", "evaluation_report",
    "evidence_list", "frame_form", "monitoring_form", "overview", "published_list", "report", "review_opinion",
    "self_evaluation_form", "self_evaluation_list", "target_declaration",
]  # fmt: skip
