#!/usr/bin/env bash
# A PostgreSQL server for the tests, apart from any other on this machine: `start DIR` makes it in DIR, which is new or empty, runs it on a
# free port of 127.0.0.1 and prints the connection string, which belongs into AGENTCRAFT_TEST_POSTGRES; `stop DIR` ends it and removes DIR.
# It needs PostgreSQL's programs (Debian: postgresql) but no server that the system runs. As root it runs as the user postgres, since
# PostgreSQL refuses root.
set -euo pipefail

usage() { echo "usage: $0 start|stop DIR" >&2; exit 2; }
[ $# -eq 2 ] || usage
mkdir -p "$(dirname "$2")"
dir=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")

# The newest of Debian's versions, which lie beside each other and not on the PATH; else what is on it.
bin=$(find /usr/lib/postgresql -mindepth 3 -maxdepth 3 -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
bin=$(dirname "${bin:-$(command -v initdb || true)}")
[ -x "$bin/initdb" ] || { echo 'PostgreSQL is not installed: there is no initdb.' >&2; exit 1; }

as_server() {
  if [ "$(id -u)" -eq 0 ]; then
    (cd / && setpriv --reuid=postgres --regid=postgres --init-groups "$@")
  else
    "$@"
  fi
}

free_port() {
  local port
  while true; do
    port=$((20000 + RANDOM % 30000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

stop() {
  [ -d "$dir" ] || return 0
  if [ -f "$dir/data/postmaster.pid" ]; then
    as_server "$bin/pg_ctl" --pgdata "$dir/data" --mode immediate --wait --silent stop >&2 || true
  fi
  rm -rf "$dir"
}

start() {
  local password port
  [ -z "$(ls -A "$dir" 2>/dev/null)" ] || { echo "$dir is not empty." >&2; exit 1; }
  trap '[ -n "${started:-}" ] || give_up' EXIT
  mkdir -p -m 700 "$dir"
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  # Whoever can reach the port but not this directory shall not be its superuser.
  (umask 077; echo "$password" >"$dir/password")
  : >"$dir/log"
  [ "$(id -u)" -ne 0 ] || chown -R postgres: "$dir"
  as_server "$bin/initdb" --pgdata "$dir/data" --username agentcraft --pwfile "$dir/password" --auth scram-sha-256 \
    --encoding UTF8 --locale C --no-instructions >>"$dir/log" 2>&1
  cat >>"$dir/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 500
# Tests kill our servers, never this one: what it would need to survive a power cut only makes a store for each test slow.
fsync = off
full_page_writes = off
CONF
  # Somebody may take the port between the look and the start.
  for _ in 1 2 3; do
    port=$(free_port)
    if as_server "$bin/pg_ctl" --pgdata "$dir/data" --log "$dir/log" --options "-p $port" --wait --silent start >&2; then
      PGPASSWORD=$password "$bin/createdb" --host 127.0.0.1 --port "$port" --username agentcraft agentcraft_test
      echo "Host=127.0.0.1;Port=$port;Username=agentcraft;Password=$password;Database=agentcraft_test"
      started=yes
      return
    fi
  done
  return 1
}

give_up() {
  tail -n 20 "$dir/log" >&2 || true
  stop
}

case $1 in
  start) start ;;
  stop) stop ;;
  *) usage ;;
esac
