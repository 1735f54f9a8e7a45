"""The command line: one file a command, none of them holding more than the way from options to output."""
