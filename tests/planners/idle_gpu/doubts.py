"""What is always doubted of a machine with GPUs that is stopped."""

CAPACITY = "whether a p3.2xlarge can be had in its zone when it is started again (InsufficientInstanceCapacity)"
