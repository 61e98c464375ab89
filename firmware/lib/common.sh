# Shared by the scripts of firmware/: messages, the cache of slow steps, scratch folders. Source it.
# shellcheck shell=bash

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
scratch_folders=()
remove_scratch() { [ ${#scratch_folders[@]} -eq 0 ] || rm -rf -- "${scratch_folders[@]}"; }
trap remove_scratch EXIT

# scratch VARIABLE: makes such a folder and puts its path into VARIABLE.
scratch() {
    local made
    mkdir -p "$cache/work"
    made=$(mktemp -d "$cache/work/XXXXXXXX")
    scratch_folders+=("$made")
    printf -v "$1" '%s' "$made"
}
