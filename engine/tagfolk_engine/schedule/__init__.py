"""``tagfolk serve``: runs by the clock and by events, and the door by which events come in."""
