"""What `bench.bench_expensive` runs in processes of their own: a server with many rooms, and clients that ask much."""
