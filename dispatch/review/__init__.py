"""What is learned once work is done: how long it takes, how well it was done, and which faults keep coming back."""
