"""The loop around the domain: rooms, scheduler, presence, lobby. It knows the stores' contracts, never a driver."""
