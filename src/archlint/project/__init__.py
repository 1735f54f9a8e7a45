"""The model of a whole project: questions and their answers."""
