"""A visit among municipalities that was accepted becomes a drafted gathering at the host's."""
