"""The official list of German municipalities (Destatis, GV-ISys): imported, published, and picked from when applying."""
