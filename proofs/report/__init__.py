"""A report of what was checked: a page for people, JSON and JUnit XML for machines."""

from proofs.report.report import (
    CERTIFICATES,
    FILES,
    Report,
    make_report,
    unfinished,
    write_report,
)

__all__ = ["CERTIFICATES", "FILES", "Report", "make_report", "unfinished", "write_report"]
