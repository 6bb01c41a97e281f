"""The loop around the domain: rooms, steward, presence, lobby. It knows the stores' contracts, never a driver."""
