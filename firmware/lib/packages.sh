#!/bin/bash
# Installs the Debian packages that a group of scripts needs and that are not there yet, with apt-get, as root or
# through sudo, and says which. Nothing is asked of the network when all of them are installed.
#
# usage: firmware/lib/packages.sh GROUP...
#   kernel      to build the device kernel
#   image       to build a device image (firmware/build, firmware/disk)
#   rig         to boot it: QEMU, OVMF, busybox for the tests' root shell, the tools that make sticks
#   comparison  to unpack Debian's packaged kernel (firmware/build-comparison)
#   tests       to run the unit tests: the C headers that our structs are compared with, the tools that make file systems, openssl, a token in software, the screen's fonts, a reader of QR codes
#   peers       to be measured beside RAUC and SWUpdate (tests/run peers)
#   lint        to check these scripts
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=firmware/lib/common.sh
. "$here/common.sh"

packages_of() {
    case $1 in
    kernel) echo linux-source-6.12 gcc libc6-dev make bc bison flex libelf-dev libssl-dev xz-utils ;;
    image) echo gcc libc6-dev make binutils systemd-boot-efi mtools dosfstools erofs-utils cryptsetup-bin \
        e2fsprogs gdisk cpio zstd jq libusb-1.0-0 libssl3 libzstd1 \
        libcairo2 libpango-1.0-0 libpangocairo-1.0-0 libthai-data fontconfig-config fonts-noto-core fonts-noto-ui-core fonts-noto-cjk fonts-dejavu-core libharfbuzz-bin ;;
    rig) echo qemu-system-x86 qemu-utils ovmf busybox-static dosfstools exfatprogs ;;
    comparison) echo busybox-static cpio zstd kmod ;;
    tests) echo gcc libc6-dev libdrm-dev dosfstools mtools exfatprogs fdisk gdisk openssl softhsm2 \
        libcairo2 libpango-1.0-0 libpangocairo-1.0-0 libthai-data fonts-noto-core fonts-noto-ui-core fonts-noto-cjk fonts-dejavu-core libharfbuzz-bin jq zbar-tools ;;
    peers) echo rauc swupdate squashfs-tools dbus cpio openssl time ;;
    lint) echo shellcheck ;;
    *) die "no such group: $1" "groups are kernel, image, rig, comparison, tests, peers, lint" ;;
    esac
}

[ $# -gt 0 ] || die "which group?" "groups are kernel, image, rig, comparison, tests, peers, lint"
missing=()
for group in "$@"; do
    wanted=$(packages_of "$group")
    for package in $wanted; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
    command -v sudo > /dev/null || die "these Debian packages are missing: ${missing[*]}" "install them as root"
    as_root=(sudo)
fi
say "installing Debian packages: ${missing[*]}"
log=$(scratch)/apt.log
if ! { "${as_root[@]}" apt-get -qq update &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends -y "${missing[@]}"; } > "$log" 2>&1; then
    tail -n 20 "$log" >&2
    die "these Debian packages could not be installed: ${missing[*]}"
fi
