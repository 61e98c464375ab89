/* The running set is the one whose EFI system partition the firmware loaded this image from. systemd-stub leaves that
 * partition's GUID in LoaderDevicePartUUID (systemd's Boot Loader Interface). Nothing on the command line names a set:
 * the same bytes go into A or B. */
#include "init.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LOADER_PART "/sys/firmware/efi/efivars/LoaderDevicePartUUID-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"

/* "C12A7328-F81F-11D2-BA4B-00A0C93EC93B" to the 16 bytes on disk: the first three groups are little-endian (UEFI 2.10 appendix A). */
bool parse_guid(const char *text, uint8_t guid[16])
{
    static const uint8_t place[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
    size_t at = 0;
    if (strlen(text) != 36)
        return false;
    for (int i = 0; i < 16; i++) {
        unsigned byte;
        if ((at == 8 || at == 13 || at == 18 || at == 23) && text[at++] != '-')
            return false;
        if (!isxdigit((unsigned char)text[at]) || !isxdigit((unsigned char)text[at + 1]) || sscanf(text + at, "%2x", &byte) != 1)
            return false;
        guid[place[i]] = (uint8_t)byte;
        at += 2;
    }
    return true;
}

static bool read_loader_guid(uint8_t guid[16])
{
    uint8_t raw[4 + 2 * 40];
    char text[40];
    ssize_t length = read_file(LOADER_PART, raw, sizeof raw);
    size_t used = 0;
    for (ssize_t at = 4; at + 1 < length && used < sizeof text - 1; at += 2) {
        if (raw[at] == 0 && raw[at + 1] == 0)
            break;
        text[used++] = raw[at + 1] == 0 ? (char)raw[at] : '?';
    }
    text[used] = 0;
    return parse_guid(text, guid);
}

/* Device path of one partition, by the kernel's own number for it, if the kernel sees it where the table says. */
static void partition_path(const char *disk, const struct gpt *gpt, const struct gpt_entry *entry, char path[64])
{
    char folder[300], file[600];
    struct dirent *item;
    path[0] = 0;
    if (entry == NULL)
        return;
    snprintf(folder, sizeof folder, "/sys/class/block/%s", disk);
    DIR *directory = opendir(folder);
    while (directory != NULL && (item = readdir(directory)) != NULL) {
        uint64_t number, start, sectors;
        uint64_t scale = gpt->block_size / 512; /* sysfs counts 512-byte sectors whatever the disk's block is */
        if (strncmp(item->d_name, disk, strlen(disk)) != 0)
            continue;
        snprintf(file, sizeof file, "%s/%s/partition", folder, item->d_name);
        if (!read_u64(file, &number) || number != (uint64_t)entry->number)
            continue;
        snprintf(file, sizeof file, "%s/%s/start", folder, item->d_name);
        bool same = read_u64(file, &start) && start == entry->first * scale;
        snprintf(file, sizeof file, "%s/%s/size", folder, item->d_name);
        same = same && read_u64(file, &sectors) && sectors == (entry->last - entry->first + 1) * scale;
        if (same && strlen(item->d_name) < 58)
            snprintf(path, 64, "/dev/%.58s", item->d_name);
    }
    if (directory != NULL)
        closedir(directory);
}

static bool read_disk(const char *device, struct gpt *gpt)
{
    int block_size;
    uint64_t bytes;
    int fd = open(device, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool whole = ioctl(fd, BLKSSZGET, &block_size) == 0 && ioctl(fd, BLKGETSIZE64, &bytes) == 0 && block_size > 0 &&
                 gpt_read(fd, (uint32_t)block_size, bytes / (uint32_t)block_size, gpt);
    close(fd);
    return whole;
}

/* Fills in slot if this disk holds the partition and calls it an EFI partition of ours. */
static bool slot_on_disk(const char *disk, const uint8_t guid[16], struct slot *slot)
{
    static struct gpt gpt;
    char device[300];
    snprintf(device, sizeof device, "/dev/%s", disk);
    if (!read_disk(device, &gpt))
        return false;
    for (int i = 0; i < gpt.count; i++) {
        const struct gpt_entry *entry = &gpt.entries[i];
        if (memcmp(entry->guid, guid, 16) != 0 || strncmp(entry->name, "gk-esp-", 7) != 0)
            continue;
        if ((entry->name[7] != 'a' && entry->name[7] != 'b') || entry->name[8] != 0 || gpt_find(&gpt, entry->name) == NULL)
            continue;
        slot->letter = entry->name[7];
        partition_path(disk, &gpt, gpt_find(&gpt, slot->letter == 'a' ? "gk-sys-a" : "gk-sys-b"), slot->system);
        partition_path(disk, &gpt, gpt_find(&gpt, "gk-data"), slot->data);
        return true;
    }
    return false;
}

void find_slot(struct slot *slot)
{
    uint8_t guid[16];
    struct dirent *item;
    memset(slot, 0, sizeof *slot);
    if (!read_loader_guid(guid)) {
        say("no slot set: LoaderDevicePartUUID is not there, this start is not from a slot");
        return;
    }
    DIR *directory = opendir("/sys/class/block");
    while (slot->letter == 0 && directory != NULL && (item = readdir(directory)) != NULL) {
        char file[600];
        uint64_t removable;
        /* A partition has no such file; a medium someone can change is never ours. */
        snprintf(file, sizeof file, "/sys/class/block/%s/removable", item->d_name);
        if (read_u64(file, &removable) && removable == 0)
            slot_on_disk(item->d_name, guid, slot);
    }
    if (directory != NULL)
        closedir(directory);
    if (slot->letter == 0)
        say("no slot set: the partition this was loaded from is not gk-esp-a or gk-esp-b of an internal disk");
    else
        say("set %c", slot->letter);
}
