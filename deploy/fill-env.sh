#!/bin/bash
# Gives every secret that is empty in .env a value of its own, and leaves what is there: cp .env.example .env && bash deploy/fill-env.sh
set -euo pipefail
umask 077
file=${1:-.env}
session=$(mktemp)
trap 'rm -f "$session"' EXIT
openssl genpkey -algorithm ed25519 -outform DER -out "$session"

value() {
  case $1 in
    SESSION_KEY) base64 -w0 <"$session" ;;
    SESSION_PUBLIC_KEY) openssl pkey -inform DER -in "$session" -pubout -outform DER | base64 -w0 ;;
    *) openssl rand -hex 32 ;;
  esac
}

# The two halves of the key belong together: either both are made, or none.
grep -Eq '^SESSION_(PUBLIC_)?KEY=.' "$file" && both=no || both=yes
while IFS= read -r line; do
  if [[ $line =~ ^([A-Z_]+)=$ ]] && { [[ $both == yes ]] || [[ ${BASH_REMATCH[1]} != SESSION_* ]]; }; then
    line+=$(value "${BASH_REMATCH[1]}")
  fi
  printf '%s\n' "$line"
done <"$file" >"$file.new"
mv "$file.new" "$file"
