"""The checks that a certain ruling must survive, one file a check."""
