# Shared by the scripts of firmware/: messages, the cache of slow steps, scratch folders. Source it.
# shellcheck shell=bash

# A failure inside $( ) ends the script too.
shopt -s inherit_errexit

# Products of slow steps, each in a folder named after the hash of its inputs, so a fresh clone reuses them.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/gatekeeper
mkdir -p "$cache"

# What a user sees goes to standard error: standard output carries results (a path).
say() { printf '%s\n' "$*" >&2; }

# die FACT [HINT]
die() {
    printf 'error: %s\n' "$1" >&2
    [ $# -lt 2 ] || printf 'hint: %s\n' "$2" >&2
    exit 1
}

hash_of() { sha256sum | cut -c1-32; }

# lock_file NAME: the file to flock while the product NAME is made; two builds at once are common in tests.
lock_file() {
    mkdir -p "$cache/locks"
    printf '%s\n' "$cache/locks/$1"
}

# Scratch folders lie beside the cache (same file system, so `mv` into the cache is atomic) and are removed at exit.
mkdir -p "$cache/work"
scratch_root=$(mktemp -d "$cache/work/XXXXXXXX")
trap 'rm -rf -- "$scratch_root"' EXIT
scratch() { mktemp -d "$scratch_root/XXXXXXXX"; }
