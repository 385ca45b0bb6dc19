#!/bin/sh
# A back-up of one instance while it runs: its database and its pictures, in FOLDER/<date>, without the keys.
#
#   backup.sh FOLDER        with DATA_DIR and DATABASE_URL as the service has them
#
# Kept for 35 days: what was erased from the instance is then gone from its back-ups too. The pictures are encrypted
# as they lie there; the database is not, so FOLDER belongs on a disk that is, or behind age or gpg.
set -eu
umask 077

into=${1:?"where to? backup.sh FOLDER"}
data=${DATA_DIR:?"DATA_DIR is not set"}
mkdir -p "$into"
making=$(mktemp -d "$into/.making.XXXXXX")
trap 'rm -rf "$making"' EXIT

# The database first: each picture that it names was there before it.
case "${DATABASE_URL:-}" in
postgres*)
  # Row-level security would hide all rows from the dump, so it says what the house says when it crosses the wall.
  PGOPTIONS="-c shopalert.crossing=yes" "${PG_DUMP:-pg_dump}" --enable-row-security --format=custom \
    --file="$making/shopalert.pgdump" --dbname="$(echo "$DATABASE_URL" | sed 's/^[a-z+]*:/postgresql:/')"
  ;;
*)
  "${PYTHON:-python3}" - "$data/shopalert.db" "$making/shopalert.db" <<'PYTHON'
import sqlite3
import sys

source, copy = (sqlite3.connect(path) for path in sys.argv[1:])
source.backup(copy)
copy.execute("PRAGMA journal_mode=DELETE")  # one file, whole by itself
assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
copy.close()
PYTHON
  ;;
esac
mkdir -p "$data/files"
tar -C "$data" -cf "$making/files.tar" files

day="$into/$(date +%Y-%m-%d)"
rm -rf "$day"
mv "$making" "$day"
find "$into" -mindepth 1 -maxdepth 1 -name '20??-??-??' -mtime +35 -exec rm -rf {} +
touch "$data/last-backup"
