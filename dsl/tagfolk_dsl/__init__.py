"""The tag language: text ⇄ tree. It knows no data; the engine tells it what there is (a Vocabulary)."""
