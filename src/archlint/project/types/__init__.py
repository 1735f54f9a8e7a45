"""What an expression is: annotations, values, what calls give."""
