"""Board, room, votes, consensus, closing, and the measures that follow."""
