# The system image: erofs with kiosk, fonts and the device's own program, dm-verity hash tree behind it.
# Source it after common.sh, programs.sh and trees.sh.
# shellcheck shell=bash

system_libraries=(libcairo.so.2 libpango-1.0.so.0 libpangocairo-1.0.so.0 libgobject-2.0.so.0)

# Fixed, so that the same content is the same image. A salt makes tables of hashes of known blocks useless to an attacker;
# this image's blocks and their hashes are published with it anyway.
verity_salt=6761746b65657065722d73797374656d2d696d6167652d666f726d61742d3031
system_uuid=67617465-6b65-4570-8000-73797374656d

# Where Thai words end, which Thai does not write: without it lines break inside words. Pango's libthai reads it.
thai_words=/usr/share/libthai/thbrk.tri

# system_image OUT KIOSK APP APP-FILES: makes the image and prints "ROOT-HASH DATA-BLOCKS".
# APP-FILES is the folder of what the device's own program reads: its version, and in a bad test image the file "unhealthy".
system_image() {
    local out=$1 kiosk=$2 app=$3 app_files=$4 fonts tree blocks root
    tree=$(scratch)
    mkdir -p "$tree"/{dev,proc,sys,run,tmp,data,etc/fonts,usr/bin,usr/share/fonts}
    install -m 755 "$kiosk/gatekeeper-kiosk" "$tree/usr/bin/gatekeeper-kiosk"
    install -m 755 "$app/sample-app" "$tree/usr/bin/sample-app"
    copy_libraries "$tree" "$kiosk/gatekeeper-kiosk" "$app/sample-app"
    copy_dlopened "$tree" "${system_libraries[@]}"
    cp "$here/image/fonts.conf" "$tree/etc/fonts/fonts.conf"
    cp "$here/image/passwd" "$here/image/group" "$tree/etc/"
    fonts=$("$here/lib/fonts.sh")
    cp "$fonts"/* "$tree/usr/share/fonts/"
    install -D -m 644 "$thai_words" "$tree$thai_words"
    cp -r "$app_files" "$tree/usr/share/sample-app"
    same_times "$tree"
    mkfs.erofs -zlz4 -T0 -U "$system_uuid" --all-root "$out" "$tree" > /dev/null 2>&1 || die "mkfs.erofs failed"
    truncate -s %4096 "$out"
    blocks=$(($(stat -c %s "$out") / 4096))
    root=$(veritysetup format --no-superblock --hash=sha256 --data-block-size=4096 --hash-block-size=4096 \
        --salt="$verity_salt" --data-blocks="$blocks" --hash-offset=$((blocks * 4096)) "$out" "$out" |
        sed -n 's/^Root hash:[[:space:]]*//p')
    truncate -s %4096 "$out"
    printf '%s %s\n' "$root" "$blocks"
}
