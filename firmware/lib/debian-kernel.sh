# Debian's packaged kernel (6.1), which has class drivers as modules, for guests of the tests only: nothing of it is ever in an image
# to ship. Source it after common.sh, trees.sh and initramfs.sh; the packages are those of the group "comparison".
# shellcheck shell=bash

# debian_kernel: prints the folder with boot/ and lib/modules/ of Debian's current kernel, downloaded and unpacked, not installed.
debian_kernel() {
    local package folder work
    package=$(apt-cache depends linux-image-amd64 | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)$/\1/p')
    [ -n "$package" ] || die "apt knows no linux-image-amd64" "run apt-get update"
    folder=$cache/comparison/$package-$(apt-cache show --no-all-versions "$package" | sed -n 's/^Version: //p')
    if [ ! -e "$folder" ]; then
        say "downloading $package (test only, not installed)"
        work=$(scratch)
        (cd "$work" && apt-get -qq download "$package" 2> "$work/apt.log") || die "cannot download $package" "$(cat "$work/apt.log")"
        dpkg-deb -x "$work"/*.deb "$work/tree"
        mkdir -p "$cache/comparison"
        mv -T "$work/tree" "$folder"
    fi
    printf '%s\n' "$folder"
}

# module_archive FOLDER LOADED... -- OTHER...: prints the path of an archive with these modules and what they need, and
# /lib/modules/load: the files of the LOADED ones in the order in which init loads them, each with its parameters.
module_archive() {
    local folder=$1 version tree module file archive loaded=yes
    shift
    version=$(ls "$folder/lib/modules")
    archive=$cache/trees/modules-$({ echo "$version" "$@"; declare -f module_archive; } | hash_of).cpio.zst
    if [ ! -e "$archive" ]; then
        tree=$(scratch)
        mkdir -p "$cache/trees" "$tree/few/lib/modules"
        mkdir "$tree/full"
        cp -r "$folder/lib" "$tree/full/lib"
        /sbin/depmod -b "$tree/full" "$version"
        : > "$tree/load"
        for module in "$@"; do
            if [ "$module" = -- ]; then loaded='' && continue; fi
            while read -r _ file; do
                file=${file#"$tree/full"}
                install -D -m 644 "$tree/full$file" "$tree/few$file"
                case $file in
                */usbcore.ko) file+=' authorized_default=0' ;;
                esac
                [ -z "$loaded" ] || grep -qxF "$file" "$tree/load" || printf '%s\n' "$file" >> "$tree/load"
            done < <(/sbin/modprobe -d "$tree/full" -S "$version" --show-depends "$module" | grep '^insmod')
        done
        cp "$tree/load" "$tree/few/lib/modules/load"
        cp "$tree/full/lib/modules/$version"/modules.{builtin,builtin.modinfo,order} "$tree/few/lib/modules/$version/"
        /sbin/depmod -b "$tree/few" "$version"
        same_times "$tree/few"
        pack "$tree/few" "$tree/archive"
        mv "$tree/archive" "$archive"
    fi
    printf '%s\n' "$archive"
}
