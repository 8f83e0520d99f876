"""What tests of every service need: real servers on loopback, and patience without sleeping."""
