"""The rules of the self-check, pure: no I/O, no clock, no randomness of its own.

Where to find what: `questionnaire` and `questionnaire_document` (what is asked), `responses` (what was answered),
`scoring.score` (the result), `disclosure` (what of it may be shown), `agreement` and `krippendorff` (how far people
agree), `trace` (how a score came about), `assessment` with its `assessment_model` and `sheet` (what may happen when),
`bulk` (very many responses).
"""
