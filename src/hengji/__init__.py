"""衡绩 hengji: from the published performance-target table to an evidenced, scored, printed self-evaluation."""

__version__ = "0.1.0"
