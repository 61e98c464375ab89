# Shared by peers and scaling: payloads, a vendor, releases, one timed install, tables. Source it from the top of the repository.
# shellcheck shell=bash

readonly bench_project=tests/Gatekeeper.InstallBench
readonly bench_program=$bench_project/bin/Release/net10.0/install-bench
# shellcheck disable=SC2034 # read by the scripts that source this
readonly MIB=1048576

say() { printf '%s\n' "$*" >&2; }

# Bytes that no tool can squeeze and that are the same in every run.
random_bytes() { # COUNT SEED
    openssl enc -aes-128-ctr -nosalt -K "$(printf '%032x' "$2")" -iv 0 -in /dev/zero 2> /dev/null | head -c "$1" || true
}

build_programs() {
    dotnet build "$bench_project" --configuration Release -m:2 -p:UseSharedCompilation=false -v quiet --nologo >&2
    signing-tools/gatekeeper-sign --help > /dev/null
}

# make_vendor FOLDER: one key for every role, as on a bench.
make_vendor() {
    local role
    export GATEKEEPER_PASSPHRASE="a bench key, thrown away"
    signing-tools/gatekeeper-sign key new --out "$1/alice.pem" >&2
    role=$1/alice.pub.json:1
    signing-tools/gatekeeper-sign root new --out "$1/roots" --expires 2046-01-01 --role "root=$role" "timestamp=$role" "snapshot=$role" "targets=$role" --sign "$1/alice.pem" >&2
}

# make_release VENDOR EFI SYSTEM OUT [OPTION...]
make_release() {
    local vendor=$1 efi=$2 system=$3 out=$4
    shift 4
    rm -f "$out"
    signing-tools/gatekeeper-sign release build --product PM200 --version 2.0.0 --hardware PM200-C --signed-at 2026-01-01 --expires 2045-01-01 \
        --part "efi=$efi" "system=$system" --root-dir "$vendor/roots" --metadata-version 1 --out "$out" "$@" >&2
    signing-tools/gatekeeper-sign release sign "$out" --key "$vendor/alice.pem" >&2
}

# The slot is spoiled, so that an install that wrote nothing is seen, and nothing of it or of the release is in the page cache.
spoil() { # SLOT
    local size
    size=$(size_of "$1")
    dd if=/dev/urandom of="$1" bs=1M count=1 conv=notrunc status=none
    dd if=/dev/urandom of="$1" bs=1M count=1 seek=$((size / MIB - 1)) conv=notrunc status=none
    sync
    echo 3 > /proc/sys/vm/drop_caches
}

size_of() { if [ -b "$1" ]; then blockdev --getsize64 "$1"; else stat -c %s "$1"; fi; }

# field LINE NAME: the number behind a name.
field() { sed -n "s/\(^\|.* \)$2 \([0-9.]*\).*/\2/p" <<< "$1"; }

# Median, least and most of the numbers on standard input.
spread() { sort -n | awk '{ v[NR] = $1 } END { m = NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2; printf "%.3f %.3f %.3f %d\n", m, v[1], v[NR], NR }'; }

machine() {
    printf '%s, %s cores, kernel %s, %s, %s UTC\n' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" "$(uname -r)" \
        "$(. /etc/os-release && echo "$PRETTY_NAME")" "$(date -u '+%Y-%m-%d %H:%M')"
    printf 'load before: %s\n' "$(cut -d' ' -f1-3 /proc/loadavg)"
}
