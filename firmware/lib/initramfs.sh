# The initramfs is three archives, one behind the other: programs and libraries (cached, it is nearly all of it), init and the
# files of this release, and with --rig the tests' shell. Source it after common.sh, programs.sh and trees.sh.
# shellcheck shell=bash

initramfs_libraries=(libusb-1.0.so.0 libssl.so.3 libcrypto.so.3 libzstd.so.1)

# base_archive GATEKEEPERD CLI: prints the path of the cached archive with both programs and their libraries.
base_archive() {
    local service=$1 cli=$2 file tree
    file=$cache/trees/base-$({
        sha256sum < "$service/gatekeeperd"
        sha256sum < "$cli/gatekeeper"
        versions "${initramfs_libraries[@]}"
        declare -f base_archive copy_libraries copy_dlopened pack
    } | hash_of).cpio.zst
    if [ ! -e "$file" ]; then
        say "packing the initramfs"
        tree=$(scratch)
        mkdir -p "$cache/trees" "$tree/root"/{dev,proc,sys,run,tmp,data,system,etc/gatekeeper,usr/bin,usr/lib/gatekeeper}
        install -m 755 "$service/gatekeeperd" "$tree/root/usr/lib/gatekeeper/gatekeeperd"
        install -m 755 "$cli/gatekeeper" "$tree/root/usr/bin/gatekeeper"
        copy_libraries "$tree/root" "$service/gatekeeperd" "$cli/gatekeeper"
        copy_dlopened "$tree/root" "${initramfs_libraries[@]}"
        same_times "$tree/root"
        pack "$tree/root" "$tree/archive"
        mv "$tree/archive" "$file"
    fi
    printf '%s\n' "$file"
}

# release_archive OUT INIT IMAGE-JSON ROOT-JSON POLICY-JSON
release_archive() {
    local tree
    tree=$(scratch)
    mkdir -p "$tree"/{etc/gatekeeper,usr/lib/gatekeeper}
    install -m 755 "$2" "$tree/init"
    cp "$here/image/passwd" "$here/image/group" "$tree/etc/"
    cp "$3" "$tree/usr/lib/gatekeeper/image.json"
    cp "$4" "$tree/usr/lib/gatekeeper/root.json"
    cp "$5" "$tree/etc/gatekeeper/policy.json"
    same_times "$tree"
    pack "$tree" "$1"
}

# rig_archive: prints the path of the cached archive with the tests' shell. It is in no shipped image; a test looks.
rig_archive() {
    local file tree applet
    [ -x /usr/bin/busybox ] || die "busybox is not installed" "run firmware/lib/packages.sh rig"
    file=$cache/trees/rig-$({ sha256sum < /usr/bin/busybox; declare -f rig_archive pack; } | hash_of).cpio.zst
    if [ ! -e "$file" ]; then
        tree=$(scratch)
        mkdir -p "$cache/trees" "$tree/root/rig/bin"
        install -m 755 /usr/bin/busybox "$tree/root/rig/bin/busybox"
        while read -r applet; do
            [ "$applet" = busybox ] || ln -s busybox "$tree/root/rig/bin/$applet"
        done < <(busybox --list)
        ln -s bin/busybox "$tree/root/rig/sh"
        same_times "$tree/root"
        pack "$tree/root" "$tree/archive"
        mv "$tree/archive" "$file"
    fi
    printf '%s\n' "$file"
}

# init_program VARIANT: prints the path of PID 1, compiled for this variant (empty: the shipped one).
init_program() {
    local file made
    file=$cache/trees/init-$({ gcc -dumpfullversion; echo "$1"; versions; cat "$here"/init/*.[ch] "$here/init/Makefile"; } | hash_of)
    if [ ! -e "$file" ]; then
        made=$(scratch)
        mkdir -p "$cache/trees"
        make -s -C "$here/init" OUT="$made/init" VARIANT="$1" >&2
        mv "$made/init" "$file"
    fi
    printf '%s\n' "$file"
}
