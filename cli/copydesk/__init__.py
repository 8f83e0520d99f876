"""The `copydesk` command: runs the pipeline on one machine, posts, searches and shows."""
