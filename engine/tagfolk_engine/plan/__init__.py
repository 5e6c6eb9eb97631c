"""From a checked program to what has to be computed: distinct metrics, passes, tags in order. Knows no engine."""
