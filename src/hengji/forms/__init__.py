"""The official tables as bytes: review opinions (docx), declarations and the published list (xlsx), a report (html).

Pure: the same table and review give the same bytes; no clock, no network, nothing fetched when a file is opened.
"""

from hengji.forms.declaration import target_declaration
from hengji.forms.opinion import review_opinion
from hengji.forms.overview import overview
from hengji.forms.published_list import published_list
from hengji.forms.report import report

__all__ = ["overview", "published_list", "report", "review_opinion", "target_declaration"]
