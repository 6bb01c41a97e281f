"""Several server processes as one service: started, watched, replaced and ended; it serves nobody itself."""
