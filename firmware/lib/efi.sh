# The EFI payload: one unified kernel image in a FAT32 file system. Source it after common.sh.
# shellcheck shell=bash

efi_stub=/usr/lib/systemd/boot/efi/linuxx64.efi.stub

# unified_image OUT KERNEL INITRAMFS COMMAND-LINE OS-RELEASE: systemd-stub with the parts as PE sections.
unified_image() {
    [ -r "$efi_stub" ] || die "$efi_stub is not there" "run firmware/lib/packages.sh image"
    # Addresses: behind the stub's own sections, .linux has 16 MiB of room, .initrd is last and may grow.
    objcopy \
        --add-section .osrel="$5" --change-section-vma .osrel=0x20000 \
        --add-section .cmdline="$4" --change-section-vma .cmdline=0x30000 \
        --add-section .linux="$2" --change-section-vma .linux=0x2000000 \
        --add-section .initrd="$3" --change-section-vma .initrd=0x3000000 \
        "$efi_stub" "$1"
    # objcopy stamps the time of day and a checksum over it (PE format, "COFF File Header" +4, "Optional Header" +64).
    # Nothing of UEFI reads either; zero in both keeps the image the same every time.
    local header
    header=$(od -An -tu4 -j60 -N4 "$1")
    dd if=/dev/zero of="$1" bs=1 seek=$((header + 4 + 4)) count=4 conv=notrunc status=none
    dd if=/dev/zero of="$1" bs=1 seek=$((header + 4 + 20 + 64)) count=4 conv=notrunc status=none
}

# fat_image OUT UNIFIED-IMAGE: FAT32 with \EFI\gk\slot.efi and nothing else: no fallback loader that firmware would find by itself.
fat_image() {
    local out=$1 unified=$2 mebibytes
    mebibytes=$(($(stat -c %s "$unified") / 1048576 + 3))
    # FAT32 needs 65525 clusters; one of 512 bytes each, with both tables, is 34 MiB.
    [ "$mebibytes" -ge 34 ] || mebibytes=34
    [ "$mebibytes" -le 64 ] || die "the unified kernel image does not fit its partition: $mebibytes of 64 MiB"
    rm -f "$out"
    mkfs.vfat -C -F 32 -s 1 -S 512 --invariant -i 474b4550 -n GATEKEEPER "$out" $((mebibytes * 1024)) > /dev/null
    touch -d @315532800 "$unified"
    SOURCE_DATE_EPOCH=315532800 TZ=UTC mmd -i "$out" ::/EFI ::/EFI/gk
    SOURCE_DATE_EPOCH=315532800 TZ=UTC mcopy -m -i "$out" "$unified" ::/EFI/gk/slot.efi
}
