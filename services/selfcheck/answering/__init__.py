"""A respondent's sheet: answers saved, merged over devices, with evidence, handed on."""
