"""Help inside: three steps on the first day, and a page for each kind of person."""
