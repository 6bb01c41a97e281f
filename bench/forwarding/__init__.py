"""What it costs to hand requests to the server that has their session."""
