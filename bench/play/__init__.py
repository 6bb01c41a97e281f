"""A whole evening at one server: many rooms that chat, pick and race at the same time."""
