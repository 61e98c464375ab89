# Folder trees of the image: programs with the Debian libraries they load, the fonts, the tests' shell.
# Each is made once for every state of its inputs. Source it after common.sh.
# shellcheck shell=bash

# debian_library NAME: the path of a shared library that this machine has from Debian.
debian_library() {
    local found=/usr/lib/x86_64-linux-gnu/$1
    [ -e "$found" ] || die "$1 is not installed" "run firmware/lib/packages.sh image"
    realpath "$found"
}

# copy_libraries TREE FILE...: into TREE/lib, whatever the dynamic loader loads for these programs and libraries.
copy_libraries() {
    local tree=$1 name path
    shift
    mkdir -p "$tree/lib" "$tree/lib64"
    while read -r name path; do
        case $name in
        */ld-linux-x86-64.so.2) install -m 755 "$(realpath "$name")" "$tree/lib64/ld-linux-x86-64.so.2" ;;
        *) install -m 755 "$(realpath "$path")" "$tree/lib/$name" ;;
        esac
    done < <(for file; do ldd "$file"; done | sed -nE 's/^\s*(\S+) => (\/\S+) .*/\1 \2/p; s/^\s*(\/\S*ld-linux-x86-64\.so\.2) .*/\1 \1/p' | sort -u)
}

# copy_dlopened TREE SONAME...: libraries the programs open by name, and what those load.
copy_dlopened() {
    local tree=$1 name
    shift
    for name; do
        install -D -m 755 "$(debian_library "$name")" "$tree/lib/$name"
        copy_libraries "$tree" "$(debian_library "$name")"
    done
}

# versions SONAME...: which bytes these libraries are today, for a cache key. The C library's come with it.
versions() {
    local name
    for name in libc.so.6 "$@"; do sha256sum < "$(debian_library "$name")"; done
}

# same_times TREE: no time and no mode of this machine reaches an image.
same_times() {
    chmod -R u=rwX,go=rX "$1"
    find "$1" -exec touch -h -d @0 {} +
}

# pack TREE FILE: a reproducible initramfs archive, zstd.
pack() {
    (cd "$1" && find . -mindepth 1 -printf '%P\0' | LC_ALL=C sort -z |
        cpio --quiet --null --create --format=newc --owner=0:0 --reproducible) | zstd -q -12 -T1 -f -o "$2"
    # Archives are joined, and the kernel looks for the next one on a 4-byte boundary.
    truncate -s %4 "$2"
}
