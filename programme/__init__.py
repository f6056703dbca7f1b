"""Code that all services share beside their events: roles, navigation of the staff pages, frames of pages, the tenants they know.

The chassis knows none of it: it is handed in as one object, `programme.programme.PROGRAMME`.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
"""Where the catalogues of these words stand."""
