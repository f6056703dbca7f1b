#!/bin/bash
# Kafka on one machine, where everybody logs in (SCRAM) and may do what the topic registry says (ACLs of `kommune topics apply`).
#
# The users are made while the storage is formatted. For a volume that was formatted without them, or after a password was
# changed: start, then `docker compose exec kafka bash /etc/kommune/start.sh users`. That logs in at the listener LOCAL, which like
# the controller's is on loopback alone: whoever is not inside this container never reaches either.
#
# On a network of others: KAFKA_CERTIFICATE names a file (PEM) with the broker's key (PKCS #8), its certificate for KAFKA_HOST and
# those that signed it. Then clients come encrypted (KAFKA_SECURITY=SASL_SSL, KAFKA_CA) or not at all.
set -euo pipefail
umask 077
bin=${KAFKA_BIN:-/opt/kafka/bin}
folder=${KAFKA_FOLDER:-/run/kafka}
data=${KAFKA_DATA:-/var/lib/kafka/data}
host=${KAFKA_HOST:-kafka} port=${KAFKA_PORT:-9092} controller_port=${KAFKA_CONTROLLER_PORT:-9093} local_port=${KAFKA_LOCAL_PORT:-9094}
services=(registration selfcheck notifications reporting)

password() { # of a user, from KAFKA_PASSWORD_{USER}
  local name=KAFKA_PASSWORD_${1^^}
  [[ ${!name:-} =~ ^[A-Za-z0-9_-]{16,}$ ]] || { echo "$name must be at least 16 letters, digits, - or _" >&2; exit 78; }
  printf '%s' "${!name}"
}

login() { # what a client of the user needs to log in
  printf 'org.apache.kafka.common.security.%s required username="%s" password="%s"' "$1" "$2" "$(password "$2")"
}

admin_password=$(password admin)
clients=SASL_PLAINTEXT encrypted=() trusting=()
if [[ -n ${KAFKA_CERTIFICATE:-} ]]; then
  clients=SASL_SSL
  encrypted=(listener.name.clients.ssl.keystore.{type=PEM,location="$KAFKA_CERTIFICATE"} ssl.enabled.protocols=TLSv1.3,TLSv1.2)
  trusting=(ssl.truststore.{type=PEM,location="$KAFKA_CERTIFICATE"})
fi
# The broker itself is `admin`, the one super user; it also is who applies topics and ACLs.
cat >"$folder/server.properties" <<END
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller_port
listeners=CLIENTS://:$port,LOCAL://127.0.0.1:$local_port,CONTROLLER://127.0.0.1:$controller_port
advertised.listeners=CLIENTS://$host:$port,LOCAL://127.0.0.1:$local_port
listener.security.protocol.map=CLIENTS:$clients,LOCAL:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT
inter.broker.listener.name=LOCAL
controller.listener.names=CONTROLLER
sasl.mechanism.inter.broker.protocol=PLAIN
sasl.mechanism.controller.protocol=PLAIN
listener.name.clients.sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.clients.scram-sha-512.sasl.jaas.config=$(login scram.ScramLoginModule admin);
listener.name.local.sasl.enabled.mechanisms=PLAIN
listener.name.local.plain.sasl.jaas.config=$(login plain.PlainLoginModule admin) user_admin="$admin_password";
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config=$(login plain.PlainLoginModule admin) user_admin="$admin_password";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:admin
allow.everyone.if.no.acl.found=false
log.dirs=$data
auto.create.topics.enable=false
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
# Committed offsets outlive a consumer that is away for long.
offsets.retention.minutes=43200
group.initial.rebalance.delay.ms=0
log.cleaner.dedupe.buffer.size=33554432
$(printf '%s\n' "${encrypted[@]}")
END
# What a tool inside this container logs in with: as every client does (health check), and at the listener LOCAL (users).
cat >"$folder/client.properties" <<END
security.protocol=$clients
sasl.mechanism=SCRAM-SHA-512
sasl.jaas.config=$(login scram.ScramLoginModule admin);
$(printf '%s\n' "${trusting[@]}")
END
cat >"$folder/local.properties" <<END
security.protocol=SASL_PLAINTEXT
sasl.mechanism=PLAIN
sasl.jaas.config=$(login plain.PlainLoginModule admin);
END

if [[ ${1:-} == users ]]; then
  for user in admin "${services[@]}"; do
    "$bin/kafka-configs.sh" --bootstrap-server "127.0.0.1:$local_port" \
      --command-config "$folder/local.properties" --alter --entity-type users --entity-name "$user" \
      --add-config "SCRAM-SHA-512=[password=$(password "$user")]"
  done
  exit
fi

if [[ ! -f $data/meta.properties ]]; then
  users=()
  for user in admin "${services[@]}"; do
    users+=(--add-scram "SCRAM-SHA-512=[name=$user,password=$(password "$user")]")
  done
  # It prints the salted passwords.
  "$bin/kafka-storage.sh" format --cluster-id "${CLUSTER_ID:?}" --config "$folder/server.properties" "${users[@]}" >/dev/null
fi
exec "$bin/kafka-server-start.sh" "$folder/server.properties"
