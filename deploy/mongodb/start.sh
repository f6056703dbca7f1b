#!/bin/bash
# Members of a replica set with access control know each other by a key file, which must belong to mongod alone.
set -euo pipefail
umask 077
printf '%s' "$MONGODB_KEY" >/run/mongodb/key
chown mongodb:mongodb /run/mongodb/key
# Nothing of what statements say gets into the log, and former versions of documents are not kept beside the new ones; the oplog
# is small, so that "kommune scrub" can overwrite it (docs/operations.md, "What was forgotten").
exec docker-entrypoint.sh mongod --replSet rs0 --keyFile /run/mongodb/key --bind_ip_all --wiredTigerCacheSizeGB 0.5 \
  --oplogSize 990 --slowOpSampleRate 0 --setParameter minSnapshotHistoryWindowInSeconds=0
