"""What holds where in a body: the one fold, the locals, the calls and what is around them."""
