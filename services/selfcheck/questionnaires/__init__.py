"""Questionnaires as data: published versions, drafts, import and export, on paper."""
