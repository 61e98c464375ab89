/* The kernel reads the same table to make the partition nodes, but tells nobody the partitions' GUIDs (6.12's uevent has
 * PARTNAME only), and the GUID is what the boot loader hands over. Every number on disk is a claim until checked here. */
#include "init.h"

#include <string.h>
#include <unistd.h>

enum { HEADER_BYTES = 92, ENTRY_BYTES = 128 };

static uint32_t le32(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint64_t le64(const uint8_t *p)
{
    return le32(p) | (uint64_t)le32(p + 4) << 32;
}

static uint32_t crc32(const uint8_t *bytes, size_t length)
{
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < length; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

static bool read_at(int fd, void *buffer, size_t size, uint64_t offset)
{
    size_t used = 0;
    while (used < size) {
        ssize_t got = pread(fd, (char *)buffer + used, size - used, (off_t)(offset + used));
        if (got <= 0)
            return false;
        used += (size_t)got;
    }
    return true;
}

static void read_entry(const uint8_t *raw, int number, struct gpt_entry *entry)
{
    memcpy(entry->guid, raw + 16, 16);
    entry->first = le64(raw + 32);
    entry->last = le64(raw + 40);
    entry->number = number;
    for (int i = 0; i < GPT_NAME_CHARS; i++) {
        unsigned character = raw[56 + 2 * i] | (unsigned)raw[57 + 2 * i] << 8;
        entry->name[i] = character == 0 ? 0 : character < 0x20 || character > 0x7e ? '?' : (char)character;
    }
    entry->name[GPT_NAME_CHARS] = 0;
}

/* UEFI 2.10 section 5.3.2, table 5.5: offsets of the header. */
static bool read_table(int fd, uint64_t lba, uint64_t blocks, struct gpt *gpt)
{
    static uint8_t header[4096], table[GPT_MAX_ENTRIES * ENTRY_BYTES];
    static const uint8_t unused[16];

    if (!read_at(fd, header, gpt->block_size, lba * gpt->block_size) || memcmp(header, "EFI PART", 8) != 0)
        return false;
    uint32_t header_bytes = le32(header + 12), header_crc = le32(header + 16);
    if (header_bytes < HEADER_BYTES || header_bytes > gpt->block_size)
        return false;
    memset(header + 16, 0, 4);
    if (crc32(header, header_bytes) != header_crc || le64(header + 24) != lba)
        return false;

    uint64_t table_lba = le64(header + 72);
    uint32_t count = le32(header + 80);
    if (le32(header + 84) != ENTRY_BYTES || count > GPT_MAX_ENTRIES || table_lba < 2 || table_lba >= blocks)
        return false;
    if (!read_at(fd, table, count * ENTRY_BYTES, table_lba * gpt->block_size) ||
        crc32(table, count * ENTRY_BYTES) != le32(header + 88))
        return false;

    gpt->count = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *raw = table + i * ENTRY_BYTES;
        if (memcmp(raw, unused, 16) == 0)
            continue;
        struct gpt_entry *entry = &gpt->entries[gpt->count];
        read_entry(raw, (int)i + 1, entry);
        if (entry->first > entry->last || entry->last >= blocks)
            return false;
        gpt->count++;
    }
    return true;
}

bool gpt_read(int fd, uint32_t block_size, uint64_t blocks, struct gpt *gpt)
{
    if (block_size < 512 || block_size > 4096 || blocks < 3 || blocks > (uint64_t)INT64_MAX / block_size)
        return false;
    gpt->block_size = block_size;
    return read_table(fd, 1, blocks, gpt) || read_table(fd, blocks - 1, blocks, gpt);
}

const struct gpt_entry *gpt_find(const struct gpt *gpt, const char *name)
{
    const struct gpt_entry *found = NULL;
    for (int i = 0; i < gpt->count; i++) {
        if (strcmp(gpt->entries[i].name, name) != 0)
            continue;
        if (found != NULL)
            return NULL; /* two of one name: none is the right one */
        found = &gpt->entries[i];
    }
    return found;
}
