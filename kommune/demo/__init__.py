"""The demo: believable data of four model municipalities (`seed`), and the story of one of them (`story`), over HTTP alone."""
