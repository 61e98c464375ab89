#!/bin/bash
# Makes the fonts of the system image from Debian's packages and prints the folder they are in. Made once for every state of
# the packages and of the kiosk's texts; the same inputs give the same bytes. The kiosk's tests draw with the same folder.
#
# usage: firmware/lib/fonts.sh
#
# Latin, Greek, Cyrillic, Arabic, Hebrew, Thai and Devanagari are whole: they are small. The Chinese, Japanese and Korean fonts
# are 40 MB, so each is cut to the characters of its language's texts and, in the regular weight, which release notes are drawn
# with, to the characters its country's basic standard puts first (host-service/decisions/0060-screen-languages.md).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=firmware/lib/common.sh
. "$here/common.sh"

strings=$(dirname "$(dirname "$here")")/host-service/Gatekeeper.Kiosk/Strings
truetype=/usr/share/fonts/truetype
cjk=/usr/share/fonts/opentype/noto

whole=(dejavu/DejaVuSans dejavu/DejaVuSans-Bold)
for family in NotoSans NotoSansArabicUI NotoSansDevanagariUI NotoSansHebrew NotoSansThaiUI; do
    whole+=("noto/$family-Regular" "noto/$family-Bold")
done

# LANGUAGE, face in the collection, character set, rows of it: the signs and letters, then
#   GB 2312    rows 16 to 55: level 1, 3755 ideographs
#   JIS X 0208 rows 16 to 47: level 1, 2965 ideographs
#   KS X 1001  rows 16 to 40: 2350 syllables
cut=("zh-Hans 2 EUC-CN 55" "ja 0 EUC-JP 47" "ko 1 EUC-KR 40")
faces=(JP KR SC) # by number in the collection

# rows CHARSET LAST: the characters of rows 1 to LAST of a 94 by 94 set, UTF-8.
rows() {
    local row cell bytes=''
    for ((row = 161; row <= 160 + $2; row++)); do
        for ((cell = 161; cell <= 254; cell++)); do
            printf -v bytes '%s\\x%x\\x%x' "$bytes" "$row" "$cell"
        done
        bytes+='\x0a'
    done
    # Cells that are not given are left out, and make iconv fail.
    printf '%b' "$bytes" | { iconv -c -f "$1" -t UTF-8 || true; }
}

# cut_font WEIGHT FACE TEXT-FILE OUT
cut_font() {
    hb-subset --face-index="$2" --text-file="$3" --no-hinting --desubroutinize --output-file="$4" "$cjk/NotoSansCJK-$1.ttc" ||
        die "hb-subset failed for $4"
}

key=$({
    for font in "${whole[@]}"; do sha256sum < "$truetype/$font.ttf"; done
    sha256sum < "$cjk/NotoSansCJK-Regular.ttc"
    sha256sum < "$cjk/NotoSansCJK-Bold.ttc"
    for line in "${cut[@]}"; do sha256sum < "$strings/${line%% *}.json"; done
    hb-subset --version
    sha256sum < "${BASH_SOURCE[0]}"
} | hash_of)
folder=$cache/fonts-$key

[ -e "$folder" ] || (
    flock 8
    [ ! -e "$folder" ] || exit 0
    work=$(scratch)
    mkdir "$work/fonts"
    for font in "${whole[@]}"; do install -m 644 "$truetype/$font.ttf" "$work/fonts/"; done
    for line in "${cut[@]}"; do
        read -r language face charset last <<< "$line"
        name=NotoSansCJK${faces[$face]}
        { jq -r '.[]' "$strings/$language.json" && printf '%b' "$(printf '\\x%x' {32..126})"; } > "$work/texts"
        cut_font Bold "$face" "$work/texts" "$work/fonts/$name-Bold.otf"
        rows "$charset" "$last" >> "$work/texts"
        cut_font Regular "$face" "$work/texts" "$work/fonts/$name-Regular.otf"
    done
    mv -T "$work/fonts" "$folder"
) 8> "$(lock_file fonts)"
printf '%s\n' "$folder"
