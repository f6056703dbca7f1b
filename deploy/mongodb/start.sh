#!/bin/bash
# Members of a replica set with access control know each other by a key file, which must belong to mongod alone.
set -euo pipefail
umask 077
printf '%s' "$MONGODB_KEY" >/run/mongodb/key
chown mongodb:mongodb /run/mongodb/key
exec docker-entrypoint.sh mongod --replSet rs0 --keyFile /run/mongodb/key --bind_ip_all --wiredTigerCacheSizeGB 0.5
