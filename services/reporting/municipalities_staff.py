"""What staff read where they name a municipality that takes no part."""

from chassis.text.translations import mark

UNKNOWN = mark("Please choose municipalities that take part: %(slug)s is none of them. Write it as in its address.")
