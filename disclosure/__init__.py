"""Disclosure control of assessments, by one rule: nothing is computed from what may not be shown.

A *cell* is one question as one perspective answered it. Its *voices* are root invitations: what was handed on belongs to
the voice that was invited. A cell is **shown** if at least `minimum_group` voices gave a level; then its counts of levels,
unsure, not applicable and no answer are shown (where the rules let `unsure` or no answer count as zero, those zeros count in
a shown cell and nowhere else). A perspective that speaks as an *institution* gives an official answer, which is shown from
one voice on. Every other cell is **hidden**: for everything else it is as if nobody of that perspective had answered. Its
question stays in the denominator of coverage and is uncovered by it; it leaves the denominator only where at least
`minimum_group` voices reacted and all of them said that it does not apply.

`ShownCells` is made from a `Tally` in one place (`shown_cells.show`). Totals, fields, overall scores, coverage, spreads,
r_wg, alpha, sensitivity, traces and what is given across municipalities are functions of `ShownCells` and of what the
workshop agreed on, so whatever is subtracted from whatever else, nothing comes out that the shown cells do not say. The
modules that make figures do not import `tally`, and nobody but the code that counts sheets does (see the import contracts).

What this does not hide: a shown group in which all gave the same level tells what each of them said. That is told to
everybody before they answer, because the spread is the point of the workshop.
"""

RULE = 2
"""The version of this rule. Results without a version were published under the first one, which hid figures one by one."""
