"""Limits on what is opened, in one place. Above them a document is refused (R11) before it costs memory."""

from __future__ import annotations

MAX_FILE = 256 * 2**20  # bytes of a file as given
MAX_INFLATED = 1024 * 2**20  # bytes of all parts of an office file together, as really inflated
MAX_PARTS = 20_000  # parts in an office file
MAX_RATIO = 250  # inflated : stored bytes of one part, above MIN_SUSPECT; a real sheet stays below 100
MIN_SUSPECT = 64 * 2**20
MAX_CELL = 10_000_000  # bytes of one cell's text in UTF-8; a real one has some thousands
MAX_CELLS = 12_000_000  # cells of a document: a million rows of twelve columns
MAX_COVERED = 3_000_000  # cells that are there only because a merged one covers them
MAX_ROWS = 1_000_000  # rows of one table
MAX_PACKAGE = 64 * 2**20  # bytes of an exchange package: a province's year has some ten million
MAX_NAME = 200_000  # characters of one text in a package
MAX_PAGES = 1_000  # pages of a PDF: a province's tables have some hundreds
MAX_ON_PAGE = 200_000  # characters, and drawn objects, of one page of a PDF; a full one has some thousands
MAX_PIXELS = 80_000_000  # pixels of an image: A3 at 400 dpi has 31 million
MAX_SCANS = 200  # pages of one document whose text has to be recognised
