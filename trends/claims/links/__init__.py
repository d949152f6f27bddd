"""The kinds of link that a claim may assert, one file a kind."""
