"""Messages to a coordinator about what is wrong with a language or its file."""

from chassis.text.translations import mark

NOT_UTF8 = mark("Line %(line)s: the file is not written in UTF-8. Please save it again as UTF-8.")
UNREADABLE = mark(
    "Line %(line)s: this can't be read. Each line begins with msgid, msgid_plural, msgstr or #, or is a text in quotation marks."
)
TOO_MANY = mark("Line %(line)s: the file holds many more sentences than the template. Please begin with the template.")
TWICE = mark("Line %(line)s: this sentence stands in the file a second time. Please delete one of the two.")
OTHER_LANGUAGE = mark(
    "Line %(line)s: the file says that it is in the language %(found)s. Please choose the file in %(wanted)s."
)
PLACEHOLDERS = mark(
    "Line %(line)s: please write the placeholders of the source exactly as they stand there: %(names)s."
)
NO_PLACEHOLDERS = mark("Line %(line)s: the source has no placeholders. Please take them out of the translation.")
PERCENT = mark("Line %(line)s: please write the percent sign as a word, or twice.")
MARKUP = mark("Line %(line)s: please take out the signs < and >. A translation holds nothing but words.")
CONTROL = mark("Line %(line)s: please type this again: it holds control characters that nobody can see.")
TOO_LONG = mark("Line %(line)s: please shorten the translation to %(most)s characters.")
FORMS = mark("Line %(line)s: please fill in all %(number)s forms of this sentence, as the template has them.")
NO_SUCH_TAG = mark("Please write a language tag such as ps, so or ku-Arab (BCP 47).")
OURS_ALREADY = mark("This language is there already. Choose it under Settings, Profile.")
NO_NAME = mark("Please write what the language calls itself, such as Soomaali.")
NOTHING = mark("There is no translation in the file yet. Sentences that are marked as fuzzy do not count.")
TOO_MANY_LANGUAGES = mark("There are %(most)s languages already, which is the most.")
