"""What world models learn from: frames in the order in which they were seen, with actions, rewards and ends."""
